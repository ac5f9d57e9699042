#pragma once

#include "actors/interfaces/call_origin.hpp"
#include "actors/interfaces/stream_flow.hpp"
#include "actors/interfaces/type_ids.hpp"

#include <caf/typed_actor.hpp>

#include <cstdint>
#include <memory>
#include <vector>

/// What takes calls: the role that fronts and workers see.
namespace troupe {

/// The receiver of outcomes of calls: a client's connection. One sink serves many
/// calls, each under a tag of the sink's own. Any thread may call it.
class reply_sink {
public:
  virtual ~reply_sink() = default;

  /// Takes the outcome of the call `tag`: exactly once for each.
  virtual void settle(tag_id tag, call_result result) = 0;

  /// Takes one part of a streamed result, before the outcome; says in `flow` when it is
  /// through.
  virtual void chunk(tag_id tag, shared_bytes payload,
                     std::shared_ptr<stream_flow> flow) = 0;

  /// Returns whether so much waits to be read by the client that none of its calls
  /// should start now. When that is over, the sink tells the actors that have its
  /// calls.
  virtual bool is_behind() const noexcept { return false; }

  /// Returns whose calls these are, for people.
  virtual call_origin origin() const { return {}; }
};

using reply_sink_ptr = std::shared_ptr<reply_sink>;

/// A call, and where its outcome goes.
struct submission {
  call what;
  reply_sink_ptr sink;
  tag_id tag;
};

/// The calls in one read of a connection.
using submissions = std::vector<submission>;

/// The role that fronts hand calls to: the BROKER of a pool, or the NODE itself.
using callee_actor = caf::typed_actor<
    // Takes calls whose outcomes go to their sinks, in any order.
    caf::reacts_to<submissions>,
    // The call of this sink with this tag is not wanted any more. Its outcome,
    // `cancelled` if nothing was faster, still goes to the sink.
    caf::reacts_to<atom::cancel, reply_sink_ptr, tag_id>,
    // The sink is gone: all its calls are cancelled and nothing is sent to it any more.
    caf::reacts_to<atom::forget, reply_sink_ptr>,
    // The sink was behind and is not any more: its calls may start.
    caf::reacts_to<atom::writable, reply_sink_ptr>,
    // Runs one call for another actor.
    caf::replies_to<call>::with<outcome>>;

} // namespace troupe

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::reply_sink_ptr)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::submissions)
