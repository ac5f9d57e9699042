#include "protocol/config/toml_json.hpp"

#include "protocol/config/spelling.hpp"

#include <boost/json/array.hpp>
#include <boost/json/value.hpp>

#include <cmath>
#include <string_view>
#include <utility>

namespace troupe::config {

namespace {

namespace json = boost::json;

toml::array array_of(const json::array& a);

/// Calls `f` with what TOML makes of `v`; not at all for null.
template <class F>
void as_toml(const json::value& v, F&& f) {
  switch (v.kind()) {
    case json::kind::null:
      return;
    case json::kind::bool_:
      return f(v.get_bool());
    case json::kind::int64:
      return f(v.get_int64());
    case json::kind::uint64: // TOML has no larger integer
      return f(static_cast<double>(v.get_uint64()));
    case json::kind::double_:
      return f(v.get_double());
    case json::kind::string:
      return f(std::string{v.get_string()});
    case json::kind::object:
      return f(to_toml(v.get_object()));
    case json::kind::array:
      return f(array_of(v.get_array()));
  }
}

toml::array array_of(const json::array& a) {
  toml::array list;
  for (auto& element : a)
    as_toml(element, [&](auto&& x) { list.push_back(std::forward<decltype(x)>(x)); });
  return list;
}

result<json::value, std::string> value_of(const toml::node& n);

result<json::value, std::string> value_of(const toml::array& a) {
  json::array out;
  for (auto&& element : a) {
    auto v = value_of(element);
    if (!v)
      return failure("element " + std::to_string(out.size() + 1) + ": " + v.error());
    out.push_back(*std::move(v));
  }
  return json::value(std::move(out));
}

result<json::value, std::string> value_of(const toml::node& n) {
  if (auto t = n.as_table()) {
    auto o = to_json(*t);
    if (!o)
      return failure(std::move(o).error());
    return json::value(*std::move(o));
  }
  if (auto a = n.as_array())
    return value_of(*a);
  if (auto text = n.value_exact<std::string>())
    return json::value(*text);
  if (auto number = n.value_exact<int64_t>())
    return json::value(*number);
  if (auto flag = n.value_exact<bool>())
    return json::value(*flag);
  auto fraction = n.value_exact<double>();
  if (fraction && std::isfinite(*fraction))
    return json::value(*fraction);
  return failure(fraction ? "expected a finite number"
                          : "expected anything but a date or time: write it as a string");
}

} // namespace

toml::table to_toml(const json::object& o) {
  toml::table table;
  for (auto& [key, value] : o)
    as_toml(value, [&, name = std::string{key}](auto&& x) {
      table.insert(name, std::forward<decltype(x)>(x));
    });
  return table;
}

result<json::object, std::string> to_json(const toml::table& t) {
  json::object out;
  for (auto&& [key, value] : t) {
    auto v = value_of(value);
    if (!v)
      return failure(spell_key(std::string{key.str()}) + ": " + v.error());
    out.emplace(std::string_view{key.str()}, *std::move(v));
  }
  return out;
}

} // namespace troupe::config
