#pragma once

#include "protocol/base/call.hpp"
#include "protocol/base/log_severity.hpp"
#include "protocol/base/result.hpp"
#include "protocol/config/config.hpp"
#include "protocol/wires/capability.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace troupe::wires {

/// Identifies a call between a worker actor and its child: the worker's slot, and a
/// generation that grows each time the slot is reused. An answer of another generation
/// than the slot's is late and belongs to no call.
struct slot_id {
  uint32_t slot = 0;
  uint32_t generation = 0;

  bool operator==(const slot_id&) const = default;
};

/// The frames that a wire finds in the bytes of a child.
namespace frame {

/// The child is ready for calls.
struct ready {
  /// Calls in flight it can take; 0 where it did not say.
  uint32_t window = 0;
  capabilities can;
  /// The name that it gave itself, for `ps`; may be empty.
  std::string name;
  std::string version;
  /// Whether a session is in it already, where the protocol tells.
  std::optional<bool> has_session = {};
};

/// The child refused or botched the handshake.
struct refused {
  fault why;
};

/// The answer to a call.
struct answer {
  slot_id id;
  /// A payload, or the worker's own error as `worker_error`.
  troupe::result<shared_bytes> result;
  /// What the answer means for a session.
  step_result step = step_result::done;
};

/// One part of a streamed answer.
struct chunk {
  slot_id id;
  shared_bytes payload;
};

/// An event of the child; JSON text.
struct event {
  shared_bytes payload;
};

/// A sample of a metric of the child's own; JSON text.
struct metric {
  shared_bytes payload;
};

/// A line for the worker's log; plain text.
struct log_line {
  std::string text;
  log_severity severity = log_severity::info;
};

/// The answer to a ping.
struct pong {};

/// The child has read that the caller of this call is gone, and need not answer it.
struct cancelled {
  slot_id id;
};

/// The child wants to be replaced.
struct retire {
  /// The call that it did not run and that may go elsewhere; nothing if none is in it.
  std::optional<slot_id> id;
};

/// An answer that the protocol owes the child at once, such as to its ping.
struct reply {
  std::string bytes;
};

/// A call that the child makes itself.
struct nested_call {
  /// The child's own name for it: the body of a JSON string, and goes back as it came.
  shared_bytes request_id;
  std::string to;
  /// Without the moment it was taken: a wire keeps no clock.
  troupe::call what;
  /// The call of the node that it is made for, if the child said so.
  std::optional<slot_id> parent;
};

/// A call of the child that is none, and why.
struct bad_nested_call {
  shared_bytes request_id;
  fault why;
};

/// The child does not want its own call of this name any more.
struct nested_cancel {
  shared_bytes request_id;
};

/// Output that is no frame. Harmless in itself: the framing still stands.
struct stray {
  shared_bytes text;
};

/// An answer that names no call the wire could have sent.
struct unknown {};

/// Input without content: empty lines, empty frames. One value may stand for several.
struct nothing {
  size_t count = 1;
  size_t bytes = 0;
};

/// The framing is lost: nothing that follows can be understood.
struct broken {
  std::string why;
};

} // namespace frame

using wire_frame =
    std::variant<frame::ready, frame::refused, frame::answer, frame::chunk, frame::event,
                 frame::metric, frame::log_line, frame::pong, frame::cancelled,
                 frame::retire, frame::reply, frame::nested_call, frame::bad_nested_call,
                 frame::nested_cancel, frame::stray, frame::unknown, frame::nothing,
                 frame::broken>;

/// Adds a `nothing` of so many bytes: to the last one, if nothing came in between.
void append_nothing(std::vector<wire_frame>& out, size_t bytes);

/// The facts that a child gets in the handshake.
struct handshake {
  std::string node;
  std::string pool;
  std::string worker;
  uint32_t window = 1;
  /// The process that sends it.
  int64_t pid = 0;
  /// The version of the node, and whether a compatible one will do.
  std::string version = {};
  bool compatible = false;
};

/// The facts about a call for a worker, beside its kind and its payload.
struct call_terms {
  /// @param time_left In any unit that milliseconds can be made of without a loss.
  template <class Rep, class Period>
  call_terms(std::chrono::duration<Rep, Period> time_left, bool wants_parts = false,
             const trace_context* part_of = nullptr,
             payload_form form_of_payload = payload_form::json)
    : left(time_left)
    , parts(wants_parts)
    , trace(part_of)
    , form(form_of_payload) {}

  /// How much time the call has.
  std::chrono::milliseconds left;
  /// Whether the caller takes parts of the answer before the answer.
  bool parts;
  /// Null if it is part of no trace. A protocol without a place for it leaves it out.
  const trace_context* trace;
  /// What the payload is. A wire gets only what it takes (`wire::takes`).
  payload_form form;
};

/// A worker protocol: bytes of a child in, frames out; calls in, bytes out. A wire owns
/// no descriptor and keeps no clock, so it can be tested with byte strings alone. One
/// wire serves one child; it is used by one thread at a time.
class wire {
public:
  virtual ~wire() = default;

  /// Takes bytes the child wrote and appends what they complete to `out`.
  virtual void feed(const shared_bytes& bytes, std::vector<wire_frame>& out) = 0;

  /// Takes bytes of the second channel, where the protocol has one.
  virtual void feed_control(const shared_bytes& /*bytes*/,
                            std::vector<wire_frame>& /*out*/) {}

  /// Takes the end of the child and appends what only waited for more of it.
  virtual void feed_end(std::vector<wire_frame>& /*out*/) {}

  /// Appends what opens the conversation. A wire without a handshake appends nothing.
  virtual void send_handshake(std::string& out, const handshake& g) = 0;

  /// Appends a call. If the protocol cannot carry it, appends nothing and fails.
  /// @param kind The body of a JSON string.
  /// @param payload JSON text, or as `terms.form` says. The parts of the answer are of
  /// the same form.
  virtual result<> send_call(std::string& out, slot_id id, std::string_view kind,
                             std::string_view payload, const call_terms& terms) = 0;

  /// Returns the answer to a call that the child does not answer: what it said before, or
  /// nothing to a message that has no answer, which is then appended to `out`. Where the
  /// child is to answer, returns nothing.
  virtual std::optional<shared_bytes> answer_itself(std::string& /*out*/,
                                                    std::string_view /*kind*/,
                                                    std::string_view /*payload*/) {
    return std::nullopt;
  }

  /// Returns what each child understands, without a handshake that says so.
  virtual capabilities understood() const { return {}; }

  /// Returns whether the protocol has a place for payloads of this form.
  virtual bool takes(payload_form form) const { return form == payload_form::json; }

  /// Returns whether an answer names its call. Where it does not, a second answer to one
  /// call would be taken for the answer to the next: all that the child has written must
  /// be fed before a call is sent.
  virtual bool answers_name_calls() const { return true; }

  /// Appends word that the caller of `id` is gone; returns false where there is no word
  /// for that now. Only for a child that can cancel.
  virtual bool send_cancel(std::string& /*out*/, slot_id /*id*/) { return false; }

  /// Returns whether a child that was sent word of it ends the call within a moment. Else
  /// it does when it next looks, which may be as late as its answer.
  virtual bool cancels_soon() const { return true; }

  /// Returns whether a child that was sent word of it may leave the call unanswered.
  virtual bool may_leave_unanswered() const { return false; }

  /// Appends the message that ends a conversation in which the child asked, to be
  /// answered as a call with this id; returns false if the protocol has none. Only for a
  /// child that can end conversations.
  virtual bool send_end(std::string& /*out*/, slot_id /*id*/,
                        std::string_view /*session*/) {
    return false;
  }

  /// Appends a heartbeat. Only for a child that can ping.
  virtual void send_ping(std::string& /*out*/, uint64_t /*number*/) {}

  /// Appends how a call of the child's own ended. Only for one that made it.
  /// @param request_id The child's name for the call, as it came.
  virtual void send_outcome(std::string& /*out*/, std::string_view /*request_id*/,
                            const call_result& /*result*/) {}

  /// Appends the protocol's own way of saying stop, if it has one.
  virtual void send_stop(std::string& out, std::string_view reason,
                         std::chrono::milliseconds grace) = 0;

  /// Returns whether the child's input is closed after `send_stop`, too.
  virtual bool stop_closes_input() const { return true; }
};

} // namespace troupe::wires
