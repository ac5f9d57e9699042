#include "tests/program/harness/reply.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <optional>

namespace program {

namespace {

namespace json = boost::json;

json::value parsed(const std::string& text) {
  json::error_code ec;
  auto v = json::parse(text, ec);
  return ec ? json::value(nullptr) : v;
}

std::optional<json::value> look_up(const std::string& text, std::string_view path) {
  auto v = parsed(text);
  while (!path.empty()) {
    auto step = path.substr(0, path.find('.'));
    path.remove_prefix(std::min(path.size(), step.size() + 1));
    if (auto object = v.if_object()) {
      auto member = object->if_contains({step.data(), step.size()});
      if (!member)
        return std::nullopt;
      v = json::value(*member);
    } else if (auto array = v.if_array()) {
      auto i = static_cast<size_t>(std::stoul(std::string{step}));
      if (i >= array->size())
        return std::nullopt;
      v = json::value((*array)[i]);
    } else {
      return std::nullopt;
    }
  }
  return v;
}

} // namespace

std::string reply::operator[](std::string_view path) const {
  auto found = look_up(text, path);
  if (!found)
    return {};
  if (auto s = found->if_string())
    return {s->data(), s->size()};
  return json::serialize(*found);
}

int64_t reply::number(std::string_view path) const {
  auto found = look_up(text, path);
  json::error_code ec;
  auto n = found ? found->to_number<int64_t>(ec) : -1;
  return ec ? -1 : n;
}

size_t reply::count(std::string_view path) const {
  auto found = look_up(text, path);
  return found && found->is_array() ? found->as_array().size() : 0;
}

bool reply::is_json() const {
  json::error_code ec;
  json::parse(text, ec);
  return !ec;
}

} // namespace program
