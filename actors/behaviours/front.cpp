#include "actors/behaviours/front.hpp"

#include "protocol/base/address.hpp"
#include "protocol/base/json_text.hpp"

namespace troupe::behaviours {

bool read_pointer(behaviour_options& o, std::string_view key,
                  std::optional<json_pointer>& out) {
  std::string text;
  if (!o.text(key, text))
    return false;
  auto pointer = json_pointer::parse(text);
  if (!pointer) {
    o.wrong(key, std::move(pointer).error());
    return false;
  }
  out = *std::move(pointer);
  return true;
}

bool check_pool_name(behaviour_options& o, std::string_view key, std::string_view text,
                     const std::string& what) {
  auto to = parse_address(text);
  if (to && to->pool != node_target)
    return true;
  o.wrong(key,
          what + "expected the name of a pool, such as \"echo\" or \"echo@beta\", not "
              + json_string(text));
  return false;
}

std::optional<std::string> text_at(const json_pointer& p, const behaviour_call& c) {
  auto value = p.find(c.payload.view());
  if (!value)
    return std::nullopt;
  auto text = json_text::as_text(*value);
  return text ? std::move(*text) : std::string{*value};
}

} // namespace troupe::behaviours
