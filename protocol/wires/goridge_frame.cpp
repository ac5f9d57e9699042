#include "protocol/wires/goridge_frame.hpp"

#include "protocol/base/payload_bytes.hpp"
#include "protocol/base/utf8.hpp"

#include <boost/crc.hpp>
#include <boost/endian/conversion.hpp>

#include <algorithm>
#include <utility>

namespace troupe::wires::goridge_frame {

namespace {

constexpr uint8_t version = 1;
constexpr size_t crc_covers = 6;

uint32_t crc_of(std::string_view head) {
  boost::crc_32_type crc;
  crc.process_bytes(head.data(), crc_covers);
  return crc.checksum();
}

uint8_t byte_at(std::string_view text, size_t i) {
  return static_cast<uint8_t>(text[i]);
}

uint32_t word_at(std::string_view text, size_t i) {
  return boost::endian::load_little_u32(
      reinterpret_cast<const unsigned char*>(text.data() + i));
}

void append_word(std::string& out, uint32_t x) {
  unsigned char bytes[4];
  boost::endian::store_little_u32(bytes, x);
  out.append(reinterpret_cast<const char*>(bytes), sizeof bytes);
}

size_t size_of_head(std::string_view head) {
  return static_cast<size_t>(byte_at(head, 0) & 0x0F) * 4;
}

/// The text that PHP writes to stdout in place of a frame if it cannot open its script.
constexpr std::string_view no_script = "Could not op";
constexpr size_t most_text = 512;

/// Returns the first line of output that is no frame, if it is text.
std::string foreign_text(std::string_view text) {
  text = text.substr(0, std::min(text.find('\n'), most_text));
  return is_utf8(text) && text.find('\0') == text.npos ? std::string{text}
                                                       : std::string{};
}

} // namespace

void append(std::string& out, uint8_t flags, uint8_t stream_bits,
            std::optional<std::string_view> context, std::string_view body) {
  auto begin = out.size();
  auto options = context ? 1U : 0U;
  out += static_cast<char>(version << 4 | (3 + options));
  out += static_cast<char>(flags);
  append_word(out, static_cast<uint32_t>((context ? context->size() : 0) + body.size()));
  append_word(out, crc_of(std::string_view{out}.substr(begin)));
  out += static_cast<char>(stream_bits);
  out += '\0';
  if (context) {
    append_word(out, static_cast<uint32_t>(context->size()));
    out += *context;
  }
  out += body;
}

result<size_t, std::string> splitter::measure(std::string_view text) const {
  auto head = size_of_head(text);
  if (byte_at(text, 0) >> 4 != version || head < head_size) {
    auto seen = text.substr(0, no_script.size());
    if (no_script.starts_with(seen)) {
      // Its text goes on to the end of the line.
      if (text.find('\n') == text.npos && text.size() < most_text)
        return 0;
      if (auto said = foreign_text(text); !said.empty())
        return failure(std::move(said));
      return 0;
    }
    auto said = foreign_text(text);
    return failure("expected a goridge frame, not "
                   + (said.empty() ? "a byte " + std::to_string(byte_at(text, 0))
                                   : "'" + said + "'"));
  }
  if (head > 13 * 4)
    return failure("a goridge frame with more than ten options");
  if (text.size() < head_size)
    return 0;
  if (word_at(text, 6) != crc_of(text))
    return failure("the checksum of a goridge frame is wrong");
  auto payload = word_at(text, 2);
  if (payload > most_)
    return failure("a frame of " + std::to_string(payload)
                   + " bytes is longer than max_frame");
  return head + payload;
}

namespace {

frame cut(const shared_bytes& whole) {
  auto text = whole.view();
  auto head = size_of_head(text);
  frame f;
  f.flags = byte_at(text, 1);
  f.stream_bits = byte_at(text, 10);
  if (head > head_size)
    f.context_size = word_at(text, head_size);
  f.payload = whole.cut(text.substr(head));
  return f;
}

} // namespace

result<void, std::string> splitter::feed(shared_bytes bytes, std::vector<frame>& out) {
  auto rest = bytes.view();
  while (!rest.empty()) {
    if (!carry_.empty()) {
      // Only what this frame lacks: the next one is cut from the bytes as they came.
      auto lacks = wanted_ > 0 ? wanted_ - carry_.size() : size_t{1};
      auto piece = rest.substr(0, lacks);
      carry_ += piece;
      rest.remove_prefix(piece.size());
      if (wanted_ == 0) {
        auto measured = measure(carry_);
        if (!measured)
          return failure(std::move(measured).error());
        wanted_ = *measured;
      }
      if (wanted_ > 0 && carry_.size() == wanted_) {
        out.push_back(cut(shared_bytes{std::exchange(carry_, {})}));
        wanted_ = 0;
      }
      continue;
    }
    auto size = measure(rest);
    if (!size)
      return failure(std::move(size).error());
    if (*size == 0 || *size > rest.size()) {
      wanted_ = *size;
      carry_ = rest;
      break;
    }
    out.push_back(cut(bytes.cut(rest.substr(0, *size))));
    rest.remove_prefix(*size);
  }
  return {};
}

} // namespace troupe::wires::goridge_frame
