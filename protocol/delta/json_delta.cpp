#include "protocol/delta/json_delta.hpp"

#include "protocol/base/json_text.hpp"
#include "protocol/base/json_writer.hpp"
#include "protocol/delta/named_rows.hpp"

#include <algorithm>
#include <vector>

namespace troupe::delta {

namespace {

using json_text::member;

std::string object_delta(std::string_view before, std::string_view after);

/// The members of an object, by their keys as they are spelled.
class member_list {
public:
  explicit member_list(std::string_view object) {
    json_text::member_reader reader{object};
    while (auto m = reader.next())
      all_.push_back(*m);
  }

  const std::vector<member>& all() const noexcept { return all_; }

  /// Returns the member `key`, or nullptr. Two objects mostly have their members in one
  /// order.
  const member* find(std::string_view key) {
    if (next_ < all_.size() && all_[next_].key == key)
      return &all_[next_++];
    if (sorted_.empty())
      sort();
    auto i =
        std::lower_bound(sorted_.begin(), sorted_.end(), key,
                         [](const member* m, std::string_view k) { return m->key < k; });
    if (i == sorted_.end() || (*i)->key != key)
      return nullptr;
    next_ = static_cast<size_t>(*i - all_.data()) + 1;
    return *i;
  }

private:
  void sort() {
    for (auto& m : all_)
      sorted_.push_back(&m);
    std::sort(sorted_.begin(), sorted_.end(),
              [](auto a, auto b) { return a->key < b->key; });
  }

  std::vector<member> all_;
  std::vector<const member*> sorted_;
  size_t next_ = 0;
};

/// Returns a key as a delta spells it: what begins with `$` there is the delta's own.
std::string to_delta_key(std::string_view key) {
  std::string buffer;
  auto marked = json_text::plain_key(key, buffer).starts_with('$');
  return (marked ? "$" : "") + std::string{key};
}

std::string array_delta(std::string_view before, std::string_view after) {
  auto old_rows = named_rows::read(before);
  auto new_rows = named_rows::read(after);
  auto names = names_of(old_rows, new_rows);
  if (!names)
    return std::string{after};
  auto delta = rows_delta(old_rows, new_rows, *names, object_delta);
  return delta.size() < after.size() ? delta : std::string{after};
}

/// Returns what a member with the value `before` becomes `after` by.
std::string value_delta(std::string_view before, std::string_view after) {
  if (json_text::is_object(after))
    return object_delta(json_text::is_object(before) ? before : "{}", after);
  if (json_text::is_array(after) && json_text::is_array(before))
    return array_delta(before, after);
  return std::string{after};
}

std::string object_delta(std::string_view before, std::string_view after) {
  member_list old_members{before};
  member_list new_members{after};
  json_object_writer out;
  json_array_writer nulls;
  auto has_nulls = false;
  size_t kept = 0;
  for (auto& m : new_members.all()) {
    auto was = old_members.find(m.key);
    kept += was ? 1 : 0;
    if (was && was->value == m.value)
      continue;
    if (json_text::is_null(m.value)) {
      nulls.add_escaped(m.key);
      has_nulls = true;
    } else {
      auto value = value_delta(was ? was->value : "null", m.value);
      if (!was || value != "{}" || !json_text::is_object(was->value))
        out.add_spelled(to_delta_key(m.key), value);
    }
  }
  if (kept < old_members.all().size())
    for (auto& m : old_members.all())
      if (!new_members.find(m.key))
        out.add_spelled(to_delta_key(m.key), "null");
  if (has_nulls)
    out.add_json("$null", nulls.array());
  return out.object();
}

} // namespace

std::optional<std::string> json_delta(std::string_view before, std::string_view after) {
  before = json_text::trim(before);
  after = json_text::trim(after);
  std::string out;
  if (json_text::is_object(before) && json_text::is_object(after))
    out = object_delta(before, after);
  else if (json_text::is_array(before) && json_text::is_array(after))
    out = array_delta(before, after);
  if (out.empty() || out.size() >= after.size())
    return std::nullopt;
  return out;
}

} // namespace troupe::delta
