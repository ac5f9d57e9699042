#include "protocol/base/call_id.hpp"

#include "protocol/base/address.hpp"

#include <charconv>

namespace troupe {

namespace {

/// Takes a number in its only form (no sign, no leading zero) from the front of `text`.
std::optional<uint32_t> take_number(std::string_view& text) {
  uint32_t number = 0;
  auto [rest, ec] = std::from_chars(text.data(), text.data() + text.size(), number);
  auto length = static_cast<size_t>(rest - text.data());
  if (ec != std::errc{} || (length > 1 && text.front() == '0'))
    return std::nullopt;
  text.remove_prefix(length);
  return number;
}

/// Reads `3-48213`.
std::optional<call_number> parse_number(std::string_view text) {
  auto slot = take_number(text);
  if (!slot || !text.starts_with('-'))
    return std::nullopt;
  text.remove_prefix(1);
  auto generation = take_number(text);
  if (!generation || !text.empty())
    return std::nullopt;
  return call_number{uint64_t{*generation} << 32 | *slot};
}

/// Operations that behaviours have added run in pools whose names begin with `$`.
bool may_name_pool(std::string_view name) {
  return is_valid_name(name.starts_with('$') ? name.substr(1) : name);
}

} // namespace

std::string to_string(const call_id& id) {
  auto number = uint64_t{id.number};
  auto text = id.pool;
  if (!id.peer.empty())
    text.append(".").append(id.peer);
  text.append(".c").append(std::to_string(static_cast<uint32_t>(number)));
  text.append("-").append(std::to_string(number >> 32));
  if (!id.node.empty())
    text.append("@").append(id.node);
  return text;
}

std::optional<call_id> parse_call_id(std::string_view text) {
  call_id id;
  if (auto at = text.find('@'); at != text.npos) {
    id.node = text.substr(at + 1);
    if (!is_valid_name(id.node))
      return std::nullopt;
    text = text.substr(0, at);
  }
  auto mark = text.rfind(".c");
  auto number = mark != text.npos ? parse_number(text.substr(mark + 2)) : std::nullopt;
  if (!number)
    return std::nullopt;
  id.number = *number;
  text = text.substr(0, mark);
  if (auto dot = text.find('.'); dot != text.npos) {
    id.peer = text.substr(dot + 1);
    if (!is_valid_name(id.peer))
      return std::nullopt;
    text = text.substr(0, dot);
  }
  id.pool = text;
  return may_name_pool(text) ? std::optional{std::move(id)} : std::nullopt;
}

} // namespace troupe
