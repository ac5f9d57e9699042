#include "protocol/web/form_tree.hpp"

#include "protocol/base/form_limits.hpp"
#include "protocol/base/json_text.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

namespace troupe::web {

namespace {

/// Splits a name at its brackets as RoadRunner does: `a[b][]` is `a`, `b` and an empty
/// one. Blanks in it do not count.
std::vector<std::string> keys_of(std::string_view name) {
  std::vector<std::string> keys;
  std::string key;
  auto after_bracket = false;
  for (auto c : name) {
    if (c == ' ')
      continue;
    if (c == ']' || (c == '[' && !after_bracket))
      keys.push_back(std::exchange(key, {}));
    after_bracket = c == '[' || c == ']';
    if (!after_bracket)
      key += c;
    if (keys.size() > limits::form_depth)
      return keys;
  }
  if (!key.empty() || keys.empty())
    keys.push_back(std::move(key));
  return keys;
}

/// Returns the index that a key spells as PHP has it: no sign, no leading zeros.
std::optional<uint32_t> index_in(std::string_view key) {
  uint32_t index = 0;
  auto [end, error] = std::from_chars(key.data(), key.data() + key.size(), index);
  if (key.empty() || error != std::errc{} || end != key.data() + key.size()
      || (key.size() > 1 && key.front() == '0') || index >= uint32_t{1} << 31)
    return {};
  return index;
}

} // namespace

form_tree::form_tree(of_two stays)
  : stays_(stays)
  , nodes_(1) {
  nodes_.front().is_list = false;
}

bool form_tree::put(std::string_view name, std::string json) {
  auto keys = keys_of(name);
  if (keys.size() > limits::form_depth)
    return true;
  uint32_t at = 0;
  for (size_t i = 0; i < keys.size(); ++i) {
    auto appends = i > 0 && keys[i].empty();
    auto& parent = nodes_[at];
    parent.json.clear();
    if (appends)
      keys[i] = std::to_string(parent.next_index);
    else
      parent.is_list = false;
    note_key(parent, keys[i]);
    at = child(at, std::move(keys[i]));
    if (at == 0)
      return false;
  }
  auto& leaf = nodes_[at];
  if (leaf.first_child == 0 && (leaf.json.empty() || stays_ == of_two::last))
    leaf.json = std::move(json);
  return true;
}

uint32_t form_tree::child(uint32_t parent, std::string key) {
  place where{parent, std::move(key)};
  if (auto known = places_.find(where); known != places_.end())
    return known->second;
  if (nodes_.size() > limits::form_names)
    return 0;
  auto made = static_cast<uint32_t>(nodes_.size());
  auto entry = places_.emplace(std::move(where), made).first;
  nodes_.emplace_back().key = &entry->first.second;
  auto& above = nodes_[parent];
  (above.last_child == 0 ? above.first_child : nodes_[above.last_child].next) = made;
  above.last_child = made;
  return made;
}

void form_tree::note_key(node& parent, std::string_view key) {
  if (auto index = index_in(key))
    parent.next_index = std::max(parent.next_index, *index + 1);
}

std::string form_tree::json() const {
  std::string out;
  append(out, nodes_.front());
  return out;
}

void form_tree::append(std::string& out, const node& n) const {
  if (n.first_child == 0 && &n != &nodes_.front()) {
    out += n.json;
    return;
  }
  out += n.is_list ? '[' : '{';
  for (auto at = n.first_child; at != 0; at = nodes_[at].next) {
    if (at != n.first_child)
      out += ',';
    if (!n.is_list) {
      append_quoted(out, *nodes_[at].key);
      out += ':';
    }
    append(out, nodes_[at]);
  }
  out += n.is_list ? ']' : '}';
}

} // namespace troupe::web
