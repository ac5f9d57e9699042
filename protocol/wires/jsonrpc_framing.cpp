#include "protocol/wires/jsonrpc_framing.hpp"

#include "protocol/base/json_text.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

namespace troupe::wires::jsonrpc_framing {

namespace {

/// Returns whether `line` is the header `name`, which is in small letters; sets its
/// value.
bool is_header(std::string_view line, std::string_view name, std::string_view& value) {
  auto colon = line.find(':');
  if (colon != name.size())
    return false;
  auto same = std::equal(name.begin(), name.end(), line.begin(), [](char a, char b) {
    return a == (b >= 'A' && b <= 'Z' ? b - 'A' + 'a' : b);
  });
  value = json_text::trim(line.substr(colon + 1));
  return same;
}

} // namespace

void append(std::string& out, config::jsonrpc_framing framing, std::string_view message) {
  if (framing == config::jsonrpc_framing::lines) {
    out.append(message).append("\n");
    return;
  }
  out += "Content-Length: " + std::to_string(message.size()) + "\r\n\r\n";
  out += message;
}

splitter::splitter(config::jsonrpc_framing framing, size_t most)
  : framing_(framing)
  , most_(most)
  , lines_(most) {}

result<void, std::string> splitter::feed(const shared_bytes& bytes,
                                         std::vector<piece>& out) {
  if (framing_ == config::jsonrpc_framing::content_length)
    return feed_headers(bytes, out);
  auto on_line = [&](const shared_bytes& line) {
    out.push_back({piece::kind::message, line});
  };
  if (!lines_.feed(bytes, on_line))
    return failure("a line is longer than max_frame");
  return {};
}

result<void, std::string> splitter::feed_headers(const shared_bytes& bytes,
                                                 std::vector<piece>& out) {
  auto rest = bytes.view();
  while (!rest.empty()) {
    if (in_body_) {
      rest = take_body(bytes, rest, out);
      continue;
    }
    auto end = rest.find('\n');
    auto part = rest.substr(0, end);
    if (carry_.size() + part.size() > most_header)
      return failure("a header has more than " + std::to_string(most_header) + " bytes");
    carry_ += part;
    if (end == rest.npos)
      break;
    rest.remove_prefix(end + 1);
    auto line = std::exchange(carry_, {});
    if (line.ends_with('\r'))
      line.pop_back();
    if (auto taken = take_header(line, out); !taken)
      return taken;
  }
  return {};
}

result<void, std::string> splitter::take_header(std::string_view line,
                                                std::vector<piece>& out) {
  std::string_view value;
  if (line.empty()) {
    // Without a length it is an empty line of what is no framing.
    in_body_ = length_ > 0U;
    if (!in_body_)
      length_.reset();
  } else if (is_header(line, "content-length", value)) {
    size_t length = 0;
    auto end = value.data() + value.size();
    auto [stopped, error] = std::from_chars(value.data(), end, length);
    if (error != std::errc{} || stopped != end)
      return failure("Content-Length: expected a number of bytes, not '"
                     + std::string{value.substr(0, 100)} + "'");
    if (length > most_)
      return failure("a message of " + std::to_string(length)
                     + " bytes is longer than max_frame");
    length_ = length;
  } else if (!is_header(line, "content-type", value)) {
    out.push_back({piece::kind::text, shared_bytes{std::string{line}}});
  }
  return {};
}

std::string_view splitter::take_body(const shared_bytes& bytes, std::string_view rest,
                                     std::vector<piece>& out) {
  auto part = rest.substr(0, *length_ - carry_.size());
  rest.remove_prefix(part.size());
  if (part.size() == *length_) {
    out.push_back({piece::kind::message, bytes.cut(part)});
  } else {
    carry_ += part;
    if (carry_.size() < *length_)
      return rest;
    out.push_back({piece::kind::message, shared_bytes{std::exchange(carry_, {})}});
  }
  in_body_ = false;
  length_.reset();
  return rest;
}

} // namespace troupe::wires::jsonrpc_framing
