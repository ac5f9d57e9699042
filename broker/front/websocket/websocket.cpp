#include "broker/front/websocket/websocket.hpp"

#include "protocol/base/payload_bytes.hpp"
#include "protocol/base/utf8.hpp"

#include <boost/uuid/detail/sha1.hpp>

namespace troupe::front::websocket {

std::string accept_key(std::string_view key) {
  boost::uuids::detail::sha1 hash;
  auto text = std::string{key} + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
  hash.process_bytes(text.data(), text.size());
  unsigned int words[5];
  hash.get_digest(words);
  std::string digest;
  for (auto w : words)
    for (auto shift : {24, 16, 8, 0})
      digest += static_cast<char>(w >> shift & 0xFF);
  return to_base64(digest);
}

void append_frame(std::string& out, opcode what, std::string_view payload) {
  out += static_cast<char>(0x80 | static_cast<int>(what));
  auto n = payload.size();
  auto bytes = n < 126 ? 0 : n < 65536 ? 2 : 8;
  out += static_cast<char>(bytes == 0 ? n : bytes == 2 ? 126 : 127);
  for (auto i = bytes; i > 0; --i)
    out += static_cast<char>(n >> (8 * (i - 1)) & 0xFF);
  out += payload;
}

void append_close(std::string& out, status why, std::string_view reason) {
  constexpr size_t longest = 123; // a control frame has 125 bytes (section 5.5)
  auto code = static_cast<uint16_t>(why);
  std::string payload{static_cast<char>(code >> 8), static_cast<char>(code & 0xFF)};
  if (reason.size() > longest) {
    reason = reason.substr(0, longest);
    reason = reason.substr(0, complete_utf8(reason));
  }
  if (is_utf8(reason)) // names in it may be a client's
    payload += reason;
  append_frame(out, opcode::close, payload);
}

bool is_key(std::string_view key) {
  auto bytes = from_base64(key);
  return bytes && bytes->size() == 16;
}

result<void, status> validate_close(std::string_view payload) {
  if (payload.empty())
    return {};
  if (payload.size() == 1)
    return failure(status::protocol_error);
  auto code = static_cast<unsigned char>(payload[0]) << 8
              | static_cast<unsigned char>(payload[1]);
  // 1004 to 1006 and 1015 are for the one who closes to tell itself; up to 2999 all
  // others are the protocol's, of which the registry has these.
  auto is_known = (code >= 1000 && code <= 1003) || (code >= 1007 && code <= 1014);
  auto is_free = code >= 3000 && code <= 4999;
  if (!is_known && !is_free)
    return failure(status::protocol_error);
  if (!is_utf8(payload.substr(2)))
    return failure(status::not_utf8);
  return {};
}

result<void, status> reader::feed(std::string_view bytes, const handler& take) {
  if (closed_)
    return {};
  in_ += bytes;
  size_t used = 0;
  result<void, status> all;
  while (all && !closed_) {
    auto n = take_frame(std::string_view{in_}.substr(used), take);
    if (n == size_t{0})
      break;
    if (n)
      used += *n;
    else
      all = failure(n.error());
  }
  closed_ = closed_ || !all;
  if (closed_)
    std::string{}.swap(in_);
  else
    in_.erase(0, used);
  return all;
}

result<size_t, status> reader::take_frame(std::string_view in, const handler& take) {
  if (in.size() < 2)
    return 0;
  auto byte = [&](size_t i) { return static_cast<unsigned char>(in[i]); };
  auto last = (byte(0) & 0x80) != 0;
  auto what = static_cast<opcode>(byte(0) & 0x0F);
  auto is_control = byte(0) & 8;
  uint64_t length = byte(1) & 0x7F;
  // No extension was agreed on, a client's frames are masked, control frames are short.
  if ((byte(0) & 0x70) || !(byte(1) & 0x80) || (is_control && (!last || length > 125))
      || (what > opcode::binary && !is_control) || what > opcode::pong
      || (what == opcode::continuation && !begun_)
      || ((what == opcode::text || what == opcode::binary) && begun_))
    return failure(status::protocol_error);
  size_t head = 2;
  if (auto more = length == 126 ? 2U : length == 127 ? 8U : 0U; more > 0) {
    if (in.size() < head + more)
      return 0;
    length = 0;
    for (size_t i = 0; i < more; ++i)
      length = length << 8 | byte(head + i);
    head += more;
    // The shortest form is the only one, and the highest bit is none of it.
    if (length < (more == 2 ? 126U : 65536U) || length >> 63)
      return failure(status::protocol_error);
  }
  if (length > most_ || message_.size() + length > most_)
    return failure(status::too_large);
  if (in.size() < head + 4 + length)
    return 0;
  std::string payload{in.substr(head + 4, length)};
  unmask(payload, in.substr(head, 4));
  auto whole = head + 4 + static_cast<size_t>(length);
  if (is_control) {
    if (what == opcode::close) {
      closed_ = true;
      if (auto valid = validate_close(payload); !valid)
        return failure(valid.error());
    }
    take(what, std::move(payload));
    return whole;
  }
  message_ += payload;
  if (!begun_)
    begun_ = what;
  if (!last)
    return whole;
  auto kind = *std::exchange(begun_, std::nullopt);
  auto message = std::exchange(message_, {});
  if (kind == opcode::text && !is_utf8(message))
    return failure(status::not_utf8);
  take(kind, std::move(message));
  return whole;
}

void reader::unmask(std::string& payload, std::string_view mask) const {
  for (size_t i = 0; i < payload.size(); ++i)
    payload[i] = static_cast<char>(payload[i] ^ mask[i % 4]);
}

} // namespace troupe::front::websocket
