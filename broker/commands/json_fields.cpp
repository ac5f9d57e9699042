#include "broker/commands/json_fields.hpp"

#include "broker/commands/format.hpp"

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

namespace troupe::commands::fields {

namespace {

namespace json = boost::json;

const json::value* member_of(const json::value& v, std::string_view key) {
  auto o = v.if_object();
  return o ? o->if_contains(json::string_view{key.data(), key.size()}) : nullptr;
}

} // namespace

std::string text(const json::value& v, std::string_view key) {
  auto member = member_of(v, key);
  if (!member || member->is_null())
    return "";
  if (auto s = member->if_string())
    return {s->data(), s->size()};
  return json::serialize(*member);
}

uint64_t number(const json::value& v, std::string_view key) {
  auto member = member_of(v, key);
  json::error_code ec;
  auto n = member && member->is_number() ? member->to_number<uint64_t>(ec) : 0;
  return ec ? 0 : n;
}

std::string duration(const json::value& v, std::string_view key) {
  return format_duration(std::chrono::milliseconds{number(v, key)});
}

json::value object(const json::value& v, std::string_view key) {
  auto member = member_of(v, key);
  return member && member->is_object() ? *member : json::value{};
}

} // namespace troupe::commands::fields
