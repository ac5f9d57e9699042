#include "protocol/base/payload_bytes.hpp"

#include "protocol/base/json_appender.hpp"
#include "protocol/base/json_text.hpp"
#include "protocol/base/utf8.hpp"

#include <array>
#include <cstdint>

namespace troupe {

namespace {

constexpr std::string_view alphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

constexpr auto values = [] {
  std::array<int8_t, 256> out{};
  out.fill(-1);
  for (size_t i = 0; i < alphabet.size(); ++i)
    out[static_cast<uint8_t>(alphabet[i])] = static_cast<int8_t>(i);
  return out;
}();

} // namespace

void append_base64(std::string& out, std::string_view bytes) {
  for (; !bytes.empty(); bytes.remove_prefix(std::min<size_t>(3, bytes.size()))) {
    uint32_t group = 0;
    for (size_t i = 0; i < 3; ++i)
      group = group << 8 | (i < bytes.size() ? static_cast<uint8_t>(bytes[i]) : 0U);
    for (size_t i = 0; i < 4; ++i)
      out += i <= bytes.size() ? alphabet[group >> (18 - 6 * i) & 63] : '=';
  }
}

std::optional<std::string> from_base64(std::string_view text) {
  if (text.size() % 4 != 0)
    return std::nullopt;
  auto padding = text.ends_with("==") ? 2U : text.ends_with('=') ? 1U : 0U;
  text.remove_suffix(padding);
  std::string out;
  out.reserve(text.size() * 3 / 4);
  uint32_t group = 0;
  int bits = 0;
  for (char c : text) {
    auto value = values[static_cast<uint8_t>(c)];
    if (value < 0)
      return std::nullopt;
    group = group << 6 | static_cast<uint32_t>(value);
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      out += static_cast<char>(group >> bits & 0xFF);
    }
  }
  return out;
}

std::optional<std::string> as_base64_object(std::string_view json) {
  if (!json_text::is_object(json) || json.size() < 12)
    return std::nullopt;
  json_text::member_reader reader{json};
  auto only = reader.next();
  if (!only || only->key != "$base64" || !json_text::is_string(only->value)
      || reader.next())
    return std::nullopt;
  return from_base64(json_text::unescape(json_text::body(only->value)));
}

void append_bytes_as_json(std::string& out, std::string_view bytes) {
  if (is_utf8(bytes)) {
    append_quoted(out, bytes);
    return;
  }
  json_object_appender{out}
      .add_with<"$base64">([&](std::string& to) {
        to += '"';
        append_base64(to, bytes);
        to += '"';
      })
      .end();
}

} // namespace troupe
