#include "tests/bench/channel.hpp"
#include "tests/bench/load.hpp"

#include <stdexcept>
#include <unistd.h>

namespace troupe::bench {

namespace {

void append_number(std::string& out, uint32_t x) {
  for (int shift = 0; shift < 32; shift += 8)
    out += static_cast<char>(x >> shift & 0xFF);
}

/// CRC32, as of Ethernet and zip.
uint32_t checksum(std::string_view bytes) {
  auto crc = ~0U;
  for (auto c : bytes) {
    crc ^= static_cast<unsigned char>(c);
    for (int i = 0; i < 8; ++i)
      crc = crc >> 1 ^ (crc & 1 ? 0xEDB88320U : 0U);
  }
  return ~crc;
}

/// A frame with the length of its context, which is empty, where it is a call.
std::string frame_of(char flags, bool is_call, std::string_view body) {
  std::string out{static_cast<char>(is_call ? 0x14 : 0x13), flags};
  append_number(out, static_cast<uint32_t>(body.size()));
  append_number(out, checksum(out));
  out += std::string(is_call ? 6 : 2, '\0');
  out += body;
  return out;
}

void write_all(channel& c, std::string_view bytes) {
  while (!bytes.empty()) {
    bytes.remove_prefix(c.write(bytes));
    if (!bytes.empty())
      c.wait();
  }
}

/// Reads one frame; returns its payload.
std::string read_frame(channel& c) {
  std::string in;
  char space[4096];
  for (size_t wanted = 12; in.size() < wanted;) {
    in.append(space, c.read(space, sizeof space));
    if (in.size() < 12)
      continue;
    wanted = static_cast<size_t>(in[0] & 15) * 4;
    for (size_t i = 0; i < 4; ++i)
      wanted += static_cast<size_t>(static_cast<unsigned char>(in[2 + i])) << 8 * i;
  }
  return in.substr(static_cast<size_t>(in[0] & 15) * 4);
}

} // namespace

tally run_goridge(channel& c, const load& l) {
  if (l.outstanding != 1)
    throw std::invalid_argument{"a goridge worker takes one call at a time"};
  write_all(c, frame_of(0x09, false, "{\"pid\":" + std::to_string(getpid()) + "}"));
  read_frame(c);
  tally result{l.seconds};
  slot s{0, l.payload};
  for (auto now = now_ns(); !result.over(now); now = now_ns()) {
    s.start(now);
    write_all(c, frame_of(0, true, s.payload()));
    auto answer = read_frame(c);
    if (answer == s.payload())
      result.right(s, now_ns());
    else
      result.wrong(answer);
  }
  return result;
}

} // namespace troupe::bench
