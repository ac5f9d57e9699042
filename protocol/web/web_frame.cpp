#include "protocol/web/web_frame.hpp"

#include <cstdint>
#include <string>

namespace troupe::web {

namespace {

/// The payload begins with the length of the head, little-endian.
constexpr size_t length_bytes = 4;

} // namespace

shared_bytes join(const web_frame& parts) {
  std::string out;
  out.reserve(length_bytes + parts.head.size() + parts.body.size());
  auto length = static_cast<uint32_t>(parts.head.size());
  for (size_t i = 0; i < length_bytes; ++i)
    out += static_cast<char>((length >> (8 * i)) & 0xff);
  out += parts.head;
  out += parts.body;
  return shared_bytes{std::move(out)};
}

result<web_frame> split(std::string_view payload) {
  fault no_frame{code::protocol_error, "payload: no head and body of a web call"};
  if (payload.size() < length_bytes)
    return failure(std::move(no_frame));
  size_t length = 0;
  for (size_t i = 0; i < length_bytes; ++i)
    length |= size_t{static_cast<unsigned char>(payload[i])} << (8 * i);
  if (length > payload.size() - length_bytes)
    return failure(std::move(no_frame));
  payload.remove_prefix(length_bytes);
  return web_frame{payload.substr(0, length), payload.substr(length)};
}

} // namespace troupe::web
