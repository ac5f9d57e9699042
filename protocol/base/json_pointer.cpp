#include "protocol/base/json_pointer.hpp"

#include "protocol/base/json_text.hpp"

#include <charconv>

namespace troupe {

namespace {

constexpr std::string_view form =
    "expected a JSON pointer, such as \"/user/name\" (~1 stands for a slash in a key,"
    " ~0 for a ~), not ";

/// Resolves `~0` and `~1`; returns nothing if another character follows a `~`.
std::optional<std::string> unescape_token(std::string_view token) {
  std::string out;
  while (!token.empty()) {
    auto plain = token.substr(0, token.find('~'));
    out += plain;
    token.remove_prefix(plain.size());
    if (token.empty())
      break;
    if (!token.starts_with("~0") && !token.starts_with("~1"))
      return std::nullopt;
    out += token[1] == '0' ? '~' : '/';
    token.remove_prefix(2);
  }
  return out;
}

/// Returns the element that `token` counts to; an index has no leading zeros.
std::optional<std::string_view> find_element(std::string_view array,
                                             std::string_view token) {
  size_t index = 0;
  auto end = token.data() + token.size();
  auto [stop, error] = std::from_chars(token.data(), end, index);
  if (error != std::errc{} || stop != end || (token.size() > 1 && token[0] == '0'))
    return std::nullopt;
  json_text::element_reader elements{array};
  auto element = elements.next();
  for (; element && index > 0; --index)
    element = elements.next();
  return element;
}

} // namespace

result<json_pointer, std::string> json_pointer::parse(std::string_view text) {
  json_pointer out;
  out.text_ = text;
  for (auto rest = text; !rest.empty();) {
    auto token = rest.substr(1, rest.find('/', 1) - 1);
    auto plain = unescape_token(token);
    if (rest[0] != '/' || !plain)
      return failure(std::string{form} + json_string(text));
    out.tokens_.push_back(*std::move(plain));
    rest.remove_prefix(1 + token.size());
  }
  return out;
}

std::optional<std::string_view> json_pointer::find(std::string_view json) const {
  std::optional value{json_text::trim(json)};
  for (auto& token : tokens_) {
    if (json_text::is_object(*value))
      value = json_text::find(*value, token);
    else if (json_text::is_array(*value))
      value = find_element(*value, token);
    else
      value = std::nullopt;
    if (!value)
      break;
  }
  return value;
}

} // namespace troupe
