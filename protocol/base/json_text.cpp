#include "protocol/base/json_text.hpp"

#include "protocol/base/json_scanner.hpp"
#include "protocol/base/limits.hpp"
#include "protocol/base/utf8.hpp"

#include <boost/json/basic_parser_impl.hpp>
#include <boost/json/parse.hpp>

#include <algorithm>
#include <cmath>

namespace troupe::json_text {

namespace {

namespace json = boost::json;

/// Accepts every event of the parser: only whether it fails is of interest.
struct null_handler {
  static constexpr std::size_t max_object_size = static_cast<std::size_t>(-1);
  static constexpr std::size_t max_array_size = static_cast<std::size_t>(-1);
  static constexpr std::size_t max_key_size = static_cast<std::size_t>(-1);
  static constexpr std::size_t max_string_size = static_cast<std::size_t>(-1);

  using ec = json::error_code;
  using sv = json::string_view;
  bool on_document_begin(ec&) { return true; }
  bool on_document_end(ec&) { return true; }
  bool on_object_begin(ec&) { return true; }
  bool on_object_end(std::size_t, ec&) { return true; }
  bool on_array_begin(ec&) { return true; }
  bool on_array_end(std::size_t, ec&) { return true; }
  bool on_key_part(sv, std::size_t, ec&) { return true; }
  bool on_key(sv, std::size_t, ec&) { return true; }
  bool on_string_part(sv, std::size_t, ec&) { return true; }
  bool on_string(sv, std::size_t, ec&) { return true; }
  bool on_number_part(sv, ec&) { return true; }
  bool on_int64(int64_t, sv, ec&) { return true; }
  bool on_uint64(uint64_t, sv, ec&) { return true; }
  bool on_double(double, sv, ec&) { return true; }
  bool on_bool(bool, ec&) { return true; }
  bool on_null(ec&) { return true; }
  bool on_comment_part(sv, ec&) { return true; }
  bool on_comment(sv, ec&) { return true; }
};

uint32_t hex4(std::string_view digits) {
  uint32_t result = 0;
  for (char c : digits.substr(0, 4)) {
    auto digit = c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10;
    result = result * 16 + static_cast<uint32_t>(digit);
  }
  return result;
}

/// Whether `escape` begins with `\uD800` to `\uDFFF`.
bool is_surrogate_escape(std::string_view escape) {
  auto is_hex = [](char c) {
    return (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'f');
  };
  return escape.size() == 6 && escape[1] == 'u'
         && std::all_of(escape.begin() + 2, escape.end(), is_hex)
         && hex4(escape.substr(2)) >= 0xD800 && hex4(escape.substr(2)) < 0xE000;
}

/// Returns how many bytes of `text` are the one value in it.
size_t parse_whole(std::string_view text, json::error_code& ec) {
  json::parse_options options;
  options.max_depth = limits::json_depth;
  json::basic_parser<null_handler> parser{options};
  return parser.write_some(false, text.data(), text.size(), ec);
}

} // namespace

std::optional<std::string> without_lone_surrogates(std::string_view text) {
  std::optional<std::string> mended;
  size_t high = text.npos; // where the half of a pair stands whose other half must follow
  auto mend = [&](size_t at) {
    if (!mended)
      mended.emplace(text);
    mended->replace(at, 6, "\\ufffd");
  };
  for (auto at = text.find('\\'); at < text.size(); at = text.find('\\', at)) {
    auto escape = text.substr(at, 6);
    auto is_half = is_surrogate_escape(escape);
    auto is_low = is_half && (hex4(escape.substr(2)) & 0x400) != 0;
    if (high != text.npos && is_low && at == high + 6) {
      high = text.npos;
    } else {
      if (high != text.npos)
        mend(high);
      if (is_low)
        mend(at);
      high = is_half && !is_low ? at : text.npos;
    }
    at += is_half ? 6 : 2;
  }
  if (high != text.npos)
    mend(high);
  return mended;
}

result<void, std::string> validate(std::string_view text) {
  if (is_surely_valid(text))
    return {};
  json::error_code ec;
  auto used = parse_whole(text, ec);
  if (ec)
    if (auto mended = without_lone_surrogates(text)) {
      ec = {};
      used =
          parse_whole(*mended, ec); // as long as the text: the place of an error is right
    }
  if (!ec && used == text.size())
    return {};
  auto what = ec ? ec.message() : "more text after the value";
  return failure(what + " at byte " + std::to_string(used));
}

std::string unescape(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    auto plain = text.substr(0, text.find('\\'));
    out += plain;
    text.remove_prefix(plain.size());
    if (text.empty())
      break;
    auto escape = text[1];
    text.remove_prefix(2);
    switch (escape) {
      case 'b':
        out += '\b';
        break;
      case 'f':
        out += '\f';
        break;
      case 'n':
        out += '\n';
        break;
      case 'r':
        out += '\r';
        break;
      case 't':
        out += '\t';
        break;
      default:
        out += escape;
        break;
      case 'u': {
        auto point = hex4(text);
        text.remove_prefix(4);
        if (point >= 0xD800 && point < 0xDC00 && text.starts_with("\\u")) {
          auto low = hex4(text.substr(2));
          if (low >= 0xDC00 && low < 0xE000) {
            point = 0x10000 + ((point - 0xD800) << 10) + (low - 0xDC00);
            text.remove_prefix(6);
          }
        }
        if (point >= 0xD800 && point < 0xE000)
          point = 0xFFFD;
        append_utf8(out, point);
        break;
      }
    }
  }
  return out;
}

std::optional<std::string> as_text(std::string_view value) {
  if (!is_string(value))
    return std::nullopt;
  return unescape(body(value));
}

std::optional<int64_t> as_integer(std::string_view value) {
  boost::system::error_code ec;
  auto parsed = json::parse({value.data(), value.size()}, ec);
  if (ec)
    return std::nullopt;
  if (auto i = parsed.if_int64())
    return *i;
  auto d = parsed.if_double();
  // 2^63 itself is a double but no int64_t.
  if (!d || std::floor(*d) != *d || *d < -0x1p63 || *d >= 0x1p63)
    return std::nullopt;
  return static_cast<int64_t>(*d);
}

std::optional<bool> as_bool(std::string_view value) {
  if (value == "true")
    return true;
  if (value == "false")
    return false;
  return std::nullopt;
}

} // namespace troupe::json_text
