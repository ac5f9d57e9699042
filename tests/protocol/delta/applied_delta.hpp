#pragma once

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <algorithm>
#include <vector>

namespace troupe::testing {

namespace json = boost::json;

/// Returns what `delta` makes of `before`, as a page does it.
inline json::value applied_delta(const json::value& before, const json::value& delta);

inline bool is_of_rows(const json::object& delta) {
  return delta.contains("$set") || delta.contains("$gone") || delta.contains("$order");
}

inline json::value applied_to_rows(const json::array& before, const json::object& delta) {
  auto named = delta.if_contains("$key");
  auto key = named ? named->as_string() : json::string{"name"};
  auto name_of = [&](const json::value& row) { return row.at(key).as_string(); };
  std::vector<json::value> rows(before.begin(), before.end());
  auto find = [&](const json::string& name) {
    return std::find_if(rows.begin(), rows.end(),
                        [&](auto& row) { return name_of(row) == name; });
  };
  if (auto gone = delta.if_contains("$gone"))
    for (auto& name : gone->as_array())
      rows.erase(find(name.as_string()));
  if (auto set = delta.if_contains("$set"))
    for (auto& [name, change] : set->as_object()) {
      if (auto row = find(json::string{name}); row != rows.end())
        *row = applied_delta(*row, change);
      else
        rows.push_back(applied_delta(nullptr, change));
    }
  auto order = delta.if_contains("$order");
  if (!order)
    return json::array(rows.begin(), rows.end());
  json::array out;
  for (auto& name : order->as_array())
    out.push_back(*find(name.as_string()));
  return out;
}

inline json::value applied_delta(const json::value& before, const json::value& delta) {
  if (!delta.is_object())
    return delta;
  auto& d = delta.get_object();
  if (is_of_rows(d))
    return applied_to_rows(before.as_array(), d);
  auto out = before.is_object() ? before.get_object() : json::object{};
  for (auto& [key, change] : d) {
    if (key == "$null") {
      for (auto& name : change.as_array())
        out[name.as_string()] = nullptr;
      continue;
    }
    std::string_view name{key.data(), key.size()};
    if (name.starts_with("$$"))
      name.remove_prefix(1);
    if (change.is_null())
      out.erase(name);
    else
      out[name] = applied_delta(out[name], change);
  }
  return out;
}

} // namespace troupe::testing
