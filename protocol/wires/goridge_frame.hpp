#pragma once

#include "protocol/base/result.hpp"
#include "protocol/base/shared_bytes.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// The frames of RoadRunner's goridge protocol. A head of 12 bytes, little-endian:
/// version and length of the head in words of 32 bits; flags; u32 length of the payload;
/// CRC32 of these six bytes; bits of streams; 0. Then up to ten options of u32 each, then
/// the payload.
namespace troupe::wires::goridge_frame {

inline constexpr size_t head_size = 12;

/// Bits of byte 1. Those not named here say how the payload is encoded.
inline constexpr uint8_t control = 0x01;
inline constexpr uint8_t json = 0x08;
inline constexpr uint8_t error = 0x40;

/// Bits of byte 10.
inline constexpr uint8_t stream = 0x01;
inline constexpr uint8_t stop = 0x02;
inline constexpr uint8_t ping = 0x04;
inline constexpr uint8_t pong = 0x08;

struct frame {
  uint8_t flags = 0;
  uint8_t stream_bits = 0;
  /// Of the options only the first has a meaning: the bytes of the payload that are
  /// context.
  std::optional<uint32_t> context_size;
  shared_bytes payload;
};

/// Appends a frame whose payload is `context` and `body`; both sizes are told if it has
/// the option.
void append(std::string& out, uint8_t flags, uint8_t stream_bits,
            std::optional<std::string_view> context, std::string_view body);

/// Cuts a stream of bytes into frames.
class splitter {
public:
  /// @param most The longest payload that is accepted.
  explicit splitter(size_t most)
    : most_(most) {}

  /// Takes bytes and appends the frames that they complete. Fails if nothing after them
  /// can be understood.
  result<void, std::string> feed(shared_bytes bytes, std::vector<frame>& out);

private:
  /// Returns the size of the frame at the start of `text`, 0 where too little of it is
  /// there. Fails where it is none.
  result<size_t, std::string> measure(std::string_view text) const;

  size_t most_;
  std::string carry_;
  /// Of the frame that begins `carry_`, once that is known.
  size_t wanted_ = 0;
};

} // namespace troupe::wires::goridge_frame
