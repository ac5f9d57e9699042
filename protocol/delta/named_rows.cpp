#include "protocol/delta/named_rows.hpp"

#include "protocol/base/json_text.hpp"
#include "protocol/base/json_writer.hpp"

#include <unordered_map>
#include <unordered_set>
#include <utility>

namespace troupe::delta {

namespace {

/// Returns the string that is the member `key` of `row`, or nothing.
std::optional<std::string> name_of(std::string_view row, std::string_view key) {
  if (!json_text::is_object(row))
    return std::nullopt;
  json_text::member_reader reader{row};
  while (auto m = reader.next())
    if (m->key == key)
      return json_text::as_text(m->value);
  return std::nullopt;
}

bool are_unique(const std::vector<std::string>& names) {
  std::unordered_set<std::string_view> seen;
  seen.reserve(names.size());
  for (auto& name : names)
    if (!seen.insert(name).second)
      return false;
  return true;
}

/// JavaScript puts such keys of an object before all others.
bool may_be_an_index(const std::string& name) {
  return !name.empty() && name.front() >= '0' && name.front() <= '9';
}

} // namespace

named_rows named_rows::read(std::string_view array) {
  named_rows out;
  json_text::element_reader reader{array};
  while (auto element = reader.next())
    out.texts_.push_back(*element);
  return out;
}

std::optional<std::vector<std::string>> named_rows::names(std::string_view key) const {
  std::vector<std::string> out;
  out.reserve(texts_.size());
  for (auto row : texts_) {
    auto name = name_of(row, key);
    if (!name)
      return std::nullopt;
    out.push_back(*std::move(name));
  }
  if (!are_unique(out))
    return std::nullopt;
  return out;
}

std::optional<row_names> names_of(const named_rows& before, const named_rows& after) {
  for (auto key : named_rows::keys)
    if (auto old_names = before.names(key))
      if (auto new_names = after.names(key))
        return row_names{key, *std::move(old_names), *std::move(new_names)};
  return std::nullopt;
}

std::string rows_delta(
    const named_rows& before, const named_rows& after, const row_names& names,
    const std::function<std::string(std::string_view, std::string_view)>& object_delta) {
  std::unordered_map<std::string_view, size_t> old_places;
  old_places.reserve(names.before.size());
  for (size_t i = 0; i < names.before.size(); ++i)
    old_places.emplace(names.before[i], i);
  json_object_writer set;
  // The places of rows that stay, and then those that are new: this is their order unless
  // another is said.
  std::vector<char> stays(names.before.size());
  auto in_order = true;
  auto seen_new = false;
  size_t last = 0;
  for (size_t i = 0; i < names.after.size(); ++i) {
    auto& name = names.after[i];
    auto was = old_places.find(name);
    if (was == old_places.end()) {
      seen_new = true;
      in_order = in_order && !may_be_an_index(name);
      set.add_json(name, object_delta("{}", after.texts()[i]));
      continue;
    }
    in_order = in_order && !seen_new && was->second >= last;
    last = was->second;
    stays[last] = 1;
    auto old_text = before.texts()[last];
    if (old_text == after.texts()[i])
      continue;
    if (auto change = object_delta(old_text, after.texts()[i]); change != "{}")
      set.add_json(name, change);
  }
  json_object_writer out;
  if (names.key != named_rows::keys[0])
    out.add("$key", names.key);
  out.add_json("$set", set.object());
  json_array_writer gone;
  auto all_stay = true;
  for (size_t i = 0; i < stays.size(); ++i)
    if (!stays[i]) {
      gone.add(names.before[i]);
      all_stay = false;
    }
  if (!all_stay)
    out.add_json("$gone", gone.array());
  if (!in_order)
    out.add_json("$order", to_json_array(names.after));
  return out.object();
}

} // namespace troupe::delta
