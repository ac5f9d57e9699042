#include "protocol/config/overrides.hpp"

#include "protocol/base/json_text.hpp"
#include "protocol/config/key_depth.hpp"

#include <memory>
#include <optional>

namespace troupe::config {

namespace {

/// Returns `text` read as TOML, or nothing.
std::optional<toml::table> try_parse(const std::string& text) {
  if (find_deep_key(text))
    return std::nullopt;
  try {
    return toml::parse(text, command_line);
  } catch (const toml::parse_error&) {
    return std::nullopt;
  }
}

/// Returns the parts of a dotted key, or none where it is not one.
std::vector<std::string> split_key(const std::string& key) {
  // In front of a line break the text could be a table's header or a second key.
  auto parsed =
      key.find('\n') == std::string::npos ? try_parse(key + "=0") : std::nullopt;
  std::vector<std::string> parts;
  const toml::table* level = parsed ? &*parsed : nullptr;
  while (level && level->size() == 1) {
    parts.emplace_back(level->begin()->first.str());
    level = level->begin()->second.as_table();
  }
  return parts;
}

/// Returns a table with `value` under the key `v`.
toml::table parse_value(const std::string& value) {
  if (auto parsed = try_parse("v=" + value); parsed && parsed->size() == 1)
    return std::move(*parsed);
  toml::table bare;
  bare.insert("v", value);
  return bare;
}

/// Returns the table that holds the last of `parts`, made where it is absent; nullptr
/// where something that is no table is in the way.
toml::table* descend(toml::table& root, const std::vector<std::string>& parts,
                     const toml::source_region& at) {
  auto table = &root;
  for (size_t i = 0; table && i + 1 < parts.size(); ++i)
    table = table->emplace<toml::table>(toml::key{parts[i], at}).first->second.as_table();
  return table;
}

/// Puts one override in place.
result<void, std::string> apply(toml::table& root, const std::string& text,
                                const toml::source_region& at) {
  auto equals = text.find('=');
  if (equals == std::string::npos)
    return failure("expected key=value, not " + json_string(text));
  auto key = text.substr(0, equals);
  auto parts = split_key(key);
  if (parts.empty())
    return failure("expected a dotted key before the =, not " + json_string(key));
  auto table = descend(root, parts, at);
  if (!table)
    return failure("a part of the key " + json_string(key) + " is no table");
  auto value = parse_value(text.substr(equals + 1));
  table->erase(parts.back());
  value.begin()->second.visit([&](auto& node) {
    table->insert(toml::key{parts.back(), at}, std::move(node));
  });
  return {};
}

} // namespace

void apply_overrides(toml::table& root, const std::vector<std::string>& overrides,
                     report& out) {
  auto path = std::make_shared<const std::string>(command_line);
  for (uint32_t i = 0; i < overrides.size(); ++i) {
    // Counted as lines, so that pools keep the order of the overrides that made them.
    toml::source_region at{{i + 1, 1}, {i + 1, 1}, path};
    if (auto applied = apply(root, overrides[i], at); !applied)
      out.add(at, {}, std::move(applied).error());
  }
}

} // namespace troupe::config
