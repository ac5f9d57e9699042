#include "protocol/base/json_text.hpp"

#include "protocol/base/ascii.hpp"

#include <cstring>

namespace troupe::json_text {

namespace {

const char* find_byte(char c, const char* p, const char* end) {
  auto found = std::memchr(p, c, static_cast<size_t>(end - p));
  return found ? static_cast<const char*>(found) : end;
}

/// @pre `*p` is the opening quote of a valid string. Returns the byte after the closing
/// one. The quote that was found is kept while bytes before it are escaped: a text of
/// nothing but escapes costs no more than another.
const char* skip_string(const char* p, const char* end) {
  auto quote = find_byte('"', ++p, end);
  for (;;) {
    auto backslash = find_byte('\\', p, quote);
    if (backslash == quote)
      return quote + 1;
    p = backslash + 2;
    if (p > quote)
      quote = find_byte('"', p, end);
  }
}

/// @pre `p` is at the first byte of a valid value. Returns the byte after it.
const char* skip_value(const char* p, const char* end) {
  if (*p == '"')
    return skip_string(p, end);
  if (*p != '{' && *p != '[') {
    while (p < end && *p != ',' && *p != '}' && *p != ']' && !is_json_space(*p))
      ++p;
    return p;
  }
  for (size_t depth = 0; p < end;) {
    switch (*p) {
      case '"':
        p = skip_string(p, end);
        continue;
      case '{':
      case '[':
        ++depth;
        break;
      case '}':
      case ']':
        if (--depth == 0)
          return p + 1;
        break;
      default:
        break;
    }
    ++p;
  }
  return end;
}

} // namespace

member_reader::member_reader(std::string_view object)
  : pos_(object.data())
  , end_(object.data() + object.size()) {
  pos_ = skip_json_space(pos_, end_);
  if (pos_ < end_ && *pos_ == '{')
    ++pos_;
  else
    pos_ = end_;
}

std::optional<member> member_reader::next() {
  pos_ = skip_json_space(pos_, end_);
  if (pos_ < end_ && *pos_ == ',')
    pos_ = skip_json_space(pos_ + 1, end_);
  if (pos_ >= end_ || *pos_ != '"') {
    pos_ = end_;
    return std::nullopt;
  }
  auto key = pos_ + 1;
  pos_ = skip_string(pos_, end_);
  member result{{key, static_cast<size_t>(pos_ - 1 - key)}, {}};
  pos_ = skip_json_space(skip_json_space(pos_, end_) + 1, end_); // past the colon
  auto value = pos_;
  pos_ = skip_value(pos_, end_);
  result.value = {value, static_cast<size_t>(pos_ - value)};
  return result;
}

std::string_view plain_key(std::string_view key, std::string& buffer) {
  if (key.find('\\') == std::string_view::npos)
    return key;
  buffer = unescape(key);
  return buffer;
}

element_reader::element_reader(std::string_view array)
  : pos_(array.data())
  , end_(array.data() + array.size()) {
  pos_ = skip_json_space(pos_, end_);
  pos_ = pos_ < end_ && *pos_ == '[' ? pos_ + 1 : end_;
}

std::optional<std::string_view> element_reader::next() {
  pos_ = skip_json_space(pos_, end_);
  if (pos_ < end_ && *pos_ == ',')
    pos_ = skip_json_space(pos_ + 1, end_);
  if (pos_ >= end_ || *pos_ == ']') {
    pos_ = end_;
    return std::nullopt;
  }
  auto value = pos_;
  pos_ = skip_value(pos_, end_);
  return std::string_view{value, static_cast<size_t>(pos_ - value)};
}

std::optional<std::string_view> find(std::string_view object, std::string_view key) {
  std::optional<std::string_view> result;
  std::string buffer;
  member_reader reader{object};
  while (auto m = reader.next())
    if (plain_key(m->key, buffer) == key)
      result = m->value;
  return result;
}

std::string_view trim(std::string_view text) {
  while (!text.empty() && is_json_space(text.front()))
    text.remove_prefix(1);
  while (!text.empty() && is_json_space(text.back()))
    text.remove_suffix(1);
  return text;
}

} // namespace troupe::json_text
