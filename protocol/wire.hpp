#pragma once

#include "protocol/call.hpp"
#include "protocol/config/config.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace troupe {

/// Names a call between a worker actor and its child: which of the worker's slots, and
/// for the how-manieth time that slot is in use. An answer whose generation is not the
/// slot's is late and belongs to nobody.
struct slot_id {
  uint32_t slot = 0;
  uint32_t generation = 0;

  bool operator==(const slot_id&) const = default;
};

/// What a wire found in the bytes of a child.
namespace frame {

/// The child is ready for calls.
struct ready {
  /// Calls in flight it can take; 0 where it did not say.
  uint32_t window = 0;
  bool can_cancel = false;
  bool can_ping = false;
  /// What it calls itself, for `ps`; may be empty.
  std::string name;
  std::string version;
};

/// The child refused or botched the handshake.
struct refused {
  fault why;
};

/// The answer to a call.
struct answer {
  slot_id id;
  /// A result, or the worker's own error as `worker_error`.
  std::variant<slice, fault> result;
};

/// One part of a streamed answer.
struct chunk {
  slot_id id;
  slice payload;
};

/// Something to publish on the event stream; JSON text.
struct event {
  slice payload;
};

/// Something for the worker's log; plain text.
struct log_line {
  std::string text;
};

/// The answer to a ping.
struct pong {};

/// Output that is no frame. Harmless in itself: the framing still stands.
struct stray {
  slice text;
};

/// An answer that names no call the wire could have sent.
struct unknown {};

/// The framing is lost: nothing that follows can be understood.
struct broken {
  std::string why;
};

} // namespace frame

using wire_frame = std::variant<frame::ready, frame::refused, frame::answer, frame::chunk,
                                frame::event, frame::log_line, frame::pong, frame::stray,
                                frame::unknown, frame::broken>;

/// What a child is told when it is greeted.
struct greeting {
  std::string node;
  std::string pool;
  std::string worker;
  uint32_t window = 1;
};

/// A worker protocol: bytes of a child in, frames out; calls in, bytes out. A wire owns
/// no descriptor and keeps no clock, so it can be tested with byte strings alone. One
/// wire serves one child; it is used by one thread at a time.
class wire {
public:
  virtual ~wire() = default;

  /// Takes bytes the child wrote and appends what they complete to `out`.
  virtual void feed(const slice& bytes, std::vector<wire_frame>& out) = 0;

  /// Appends what opens the conversation. A wire without a greeting appends nothing.
  virtual void greet(std::string& out, const greeting& g) = 0;

  /// Returns why a call of this kind cannot be sent, if the protocol has another use for
  /// the word.
  /// @param kind The body of a JSON string.
  virtual std::optional<std::string> refuse(std::string_view kind) const = 0;

  /// Appends a call.
  /// @param left How much time the call has.
  virtual void send_call(std::string& out, slot_id id, std::string_view kind,
                         std::string_view payload, std::chrono::milliseconds left) = 0;

  /// Appends word that the caller of `id` is gone. Only for a child that can cancel.
  virtual void send_cancel(std::string& out, slot_id id) = 0;

  /// Appends a heartbeat. Only for a child that can ping.
  virtual void send_ping(std::string& out, uint64_t number) = 0;

  /// Appends the protocol's own way of saying stop; the node closes the input after it.
  virtual void send_stop(std::string& out, std::string_view reason,
                         std::chrono::milliseconds grace) = 0;
};

/// One row of the table of wires.
struct wire_kind {
  /// The `protocol` of the configuration.
  std::string_view name;
  std::unique_ptr<wire> (*make)(const config::pool&);
};

/// Returns the row for `name`, or nullptr.
const wire_kind* find_wire(std::string_view name);

/// Returns the names of all wires, comma-separated, for messages.
std::string wire_names();

} // namespace troupe
