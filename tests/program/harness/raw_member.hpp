#pragma once

#include "tests/program/harness/stream.hpp"

#include <cstdint>
#include <string>

/// Members of a cluster that are no nodes: what they say is put together byte by byte.
namespace program {

/// Connects to the door of a node; `address` is `host:port`, the host a number.
stream dial_door(const std::string& address);

/// Introduces a node that fits, but for what is given.
struct raw_introduction {
  std::string cluster = "main";
  std::string node = "zeta";
  std::string versions = "[1,1]";
  /// As CAF spells it.
  std::string process = "0A1B2C3D4E5F60718293A4B5C6D7E8F901234567#4711";
  int beat_ms = 100;

  std::string line() const;
};

/// A frame of CAF's protocol between nodes without its payload.
struct raw_head {
  uint64_t operation = 2; // a message from one actor to another
  uint64_t flags = 0;
  uint64_t data = 0;
  uint64_t sender = 1;
  uint64_t receiver = 1;

  std::string before(uint64_t length) const;
};

/// What a node that has dialled greets CAF with, as the process of a `raw_introduction`:
/// twice, and the second time it selects this connection.
std::string raw_greetings();

/// A peer that was let in, has greeted, and knows the GATE of the node.
class raw_member {
public:
  /// Throws if it is refused.
  explicit raw_member(const std::string& address);

  /// Introduces its LINK and answers the first beat: the node takes it for one that is
  /// up.
  void come_up();

  /// Sends a message, by its LINK to the GATE of the node or to another actor.
  /// @param type Its name without the namespace, e.g. `link_beat`.
  void tell(const std::string& type, const std::string& body);
  void tell(uint64_t receiver, const std::string& type, const std::string& body);

  uint64_t gate() const { return gate_; }
  stream& socket() { return socket_; }

private:
  struct frame {
    uint64_t sender = 0;
    uint64_t receiver = 0;
    std::string payload;
  };

  frame next_frame();
  void send(uint64_t sender, uint64_t receiver, const std::string& type,
            const std::string& body);

  stream socket_;
  uint64_t gate_ = 0;
};

/// Numbers and texts as they stand in messages.
std::string raw_number(uint64_t n, int bytes = 8);
std::string raw_text(const std::string& text);

} // namespace program
