#include "tests/program/harness/raw_member.hpp"

#include <boost/test/unit_test.hpp>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <stdexcept>

namespace program {

namespace {

constexpr uint64_t own_link = 7;
constexpr uint64_t own_gate = 99;
constexpr uint64_t incarnation = 1'882'939'278'418'280'448;
constexpr size_t head_bytes = 32;

uint64_t read_number(const std::string& bytes, size_t at, size_t size) {
  uint64_t n = 0;
  for (auto c : bytes.substr(at, size))
    n = n << 8 | static_cast<uint8_t>(c);
  return n;
}

/// The process of a `raw_introduction`, as CAF writes it.
std::string process_bytes() {
  auto bytes = raw_number(0x3E9A'AB9B'AC79) + raw_number(4711, 4);
  auto host = raw_introduction{}.process.substr(0, 40);
  for (size_t i = 0; i < host.size(); i += 2)
    bytes += static_cast<char>(std::stoi(host.substr(i, 2), nullptr, 16));
  return bytes;
}

/// Returns the actor that the node has published by this greeting: behind its process,
/// and a list of short texts.
uint64_t published_in(const std::string& greeting) {
  auto at = process_bytes().size();
  auto texts = read_number(greeting, at++, 1);
  for (; texts > 0; --texts)
    at += 1 + read_number(greeting, at, 1);
  return read_number(greeting, at, 8);
}

} // namespace

stream dial_door(const std::string& address) {
  auto colon = address.find(':');
  sockaddr_in a{};
  a.sin_family = AF_INET;
  a.sin_port = htons(static_cast<uint16_t>(std::stoi(address.substr(colon + 1))));
  ::inet_pton(AF_INET, address.substr(0, colon).c_str(), &a.sin_addr);
  descriptor fd{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
  BOOST_REQUIRE(::connect(fd.get(), reinterpret_cast<sockaddr*>(&a), sizeof a) == 0);
  return stream{std::move(fd)};
}

std::string raw_introduction::line() const {
  return "{\"hello\":{\"cluster\":\"" + cluster + "\",\"node\":\"" + node
         + "\",\"incarnation\":" + std::to_string(incarnation)
         + ",\"versions\":" + versions + ",\"process\":\"" + process
         + "\",\"beat_ms\":" + std::to_string(beat_ms) + ",\"program\":\"0.1.0\"}}\n";
}

std::string raw_head::before(uint64_t length) const {
  return raw_number(operation << 24 | flags, 4) + raw_number(length, 4) + raw_number(data)
         + raw_number(sender) + raw_number(receiver);
}

std::string raw_greetings() {
  auto process = process_bytes();
  return raw_head{.operation = 1, .sender = 0, .receiver = 0}.before(process.size())
         + process
         + raw_head{.operation = 1, .flags = 2, .sender = 0, .receiver = 0}.before(
             process.size())
         + process;
}

raw_member::raw_member(const std::string& address)
  : socket_(dial_door(address)) {
  socket_.send(raw_introduction{}.line());
  auto answer = socket_.take_until("\n");
  if (answer.find("\"hello\"") == std::string::npos)
    throw std::runtime_error{"refused: " + answer};
  socket_.send("{\"welcome\":{}}\n" + raw_greetings());
  gate_ = published_in(next_frame().payload);
}

raw_member::frame raw_member::next_frame() {
  auto head = socket_.take(head_bytes);
  return {read_number(head, 16, 8), read_number(head, 24, 8),
          socket_.take(read_number(head, 4, 4))};
}

void raw_member::come_up() {
  tell("link_open", raw_number(own_gate) + process_bytes()
                        + raw_text(raw_introduction{}.node) + raw_number(incarnation)
                        + raw_text(""));
  auto beat = next_frame();
  while (beat.receiver != own_gate || beat.payload.find("link_beat") == std::string::npos)
    beat = next_frame();
  // Its number stands before an empty text.
  auto number = beat.payload.substr(beat.payload.size() - 9, 8);
  send(own_gate, beat.sender, "link_beat", number + raw_text(""));
}

void raw_member::tell(const std::string& type, const std::string& body) {
  send(own_link, gate_, type, body);
}

void raw_member::tell(uint64_t receiver, const std::string& type,
                      const std::string& body) {
  send(own_link, receiver, type, body);
}

void raw_member::send(uint64_t sender, uint64_t receiver, const std::string& type,
                      const std::string& body) {
  // No stages, a number for future use, and the names of the types.
  auto message = std::string(3, '\0') + raw_text("@<>+troupe::cluster::" + type) + body;
  socket_.send(raw_head{.sender = sender, .receiver = receiver}.before(message.size())
               + message);
}

std::string raw_number(uint64_t n, int bytes) {
  std::string out;
  for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8)
    out += static_cast<char>(n >> shift & 0xFF);
  return out;
}

std::string raw_text(const std::string& text) {
  std::string out;
  auto size = text.size();
  for (; size >= 0x80; size >>= 7)
    out += static_cast<char>((size & 0x7F) | 0x80);
  return out + static_cast<char>(size) + text;
}

} // namespace program
