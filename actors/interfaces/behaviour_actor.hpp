#pragma once

#include "actors/interfaces/type_ids.hpp"
#include "protocol/base/log_severity.hpp"

#include <caf/typed_actor.hpp>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

/// The role of a behaviour: an actor that answers calls in the place of a child process.
/// This page and `behaviour_registry.hpp` are all that the author of a behaviour needs.
/// The host, an actor of the node, gives a behaviour the rest of a worker's life.
namespace troupe {

/// From a behaviour to its host: a line for the node's log. The last lines of a worker
/// are kept, as those of a process's stderr are.
struct log_line {
  log_severity severity = log_severity::info;
  std::string text;
};

/// From a behaviour to its host: a part of the result of a call that is not answered yet.
struct result_chunk {
  /// The `behaviour_call::id`.
  ticket_id call;
  /// JSON text.
  shared_bytes payload;
};

/// From a behaviour to its host: a call to a pool.
struct pool_call {
  /// A pool (`echo`), a worker (`echo.0`), or either at a node (`echo@beta`). `$node` is
  /// for behaviours that are operations themselves: others are refused.
  std::string to;
  /// As in `behaviour_call`, as the next four.
  shared_bytes kind;
  shared_bytes payload = null_payload();
  std::string key = {};
  int8_t priority = 0;
  bool idempotent = false;
  /// For queue and execution together; nothing: the limits of that pool.
  std::optional<std::chrono::milliseconds> timeout = {};
  /// The `behaviour_call::id` of the call that it is made for: it ends with that call, or
  /// at that call's deadline, at the latest. 0 for none.
  ticket_id parent = {};
  /// Parts of the result go on to the caller of `parent`, past the behaviour, as fast as
  /// the caller reads. Without effect if that caller wants no parts.
  bool passes_chunks = false;
  /// Names it when it is cancelled. The behaviour chooses it; several may share one.
  tag_id tag = {};
  /// The trace that it is part of; null: that of `parent`, if there is one.
  trace_context_ptr trace = {};
};

/// The node as a behaviour sees it. Its requests have no timeout of their own: use
/// `caf::infinite`.
using behaviour_host_actor = caf::typed_actor<
    // Calls a pool. Answers with the outcome or the fault of that call.
    caf::replies_to<pool_call>::with<outcome>,
    // Cancels the calls to pools that have this tag: each is answered with `cancelled`,
    // if nothing was faster.
    caf::reacts_to<atom::cancel, tag_id>,
    // Answers when there is room for the next part: at once, or when the caller has read
    // some. Answers with the fault `cancelled` if the call has ended: stop then.
    caf::replies_to<result_chunk>::with<atom::writable>,
    // Writes a line into the node's log. More lines than a worker may write are dropped
    // and counted.
    caf::reacts_to<log_line>,
    // Publishes this JSON text as an event of the worker. More than a worker may publish
    // is dropped and counted.
    caf::reacts_to<atom::publish, shared_bytes>>;

/// Where the parts of a call's result go. A value: copy it, keep it past the handler.
class chunk_stream {
public:
  /// Nobody wants parts.
  chunk_stream() = default;

  chunk_stream(behaviour_host_actor host, ticket_id call)
    : host_(std::move(host))
    , call_(call) {}

  /// Returns whether the caller wants parts. If not, the outcome must have everything.
  bool is_wanted() const noexcept { return host_ != nullptr; }

  /// Sends a part, JSON text. Use it as a request of CAF:
  ///
  ///   c.chunks.send(self, bytes).then([](atom::writable) { … }, [](caf::error&) { … });
  ///
  /// The first handler is called when there is room for the next part, and the second if
  /// nobody waits for the call any more. A behaviour that waits for neither fills the
  /// node's memory with what its caller does not read.
  /// @pre `is_wanted()`
  template <class Self>
  auto send(Self* self, shared_bytes payload) const {
    return self->request(host_, caf::infinite, result_chunk{call_, std::move(payload)});
  }

private:
  behaviour_host_actor host_;
  ticket_id call_;
};

/// A call, as a behaviour gets it.
struct behaviour_call {
  /// Names it between the behaviour and its host.
  ticket_id id;
  /// The body of a JSON string, escapes untouched.
  shared_bytes kind;
  /// The argument as JSON text.
  shared_bytes payload;
  /// Calls with one key belong together; empty for none.
  std::string key = {};
  /// -10 (last) to 10 (first).
  int8_t priority = 0;
  /// Whether it may run more than once.
  bool idempotent = false;
  /// After this nobody waits for the outcome.
  steady_clock::time_point deadline;
  chunk_stream chunks = {};
  /// The trace that it is part of; null for none. Calls that are made for it are part of
  /// the same unless they say otherwise.
  trace_context_ptr trace = {};
};

/// Returns the call that passes `c` on to `to` as it is, the parts of its result as well.
/// `return self->delegate(host, pass_on(of, std::move(c)));` is a whole front.
pool_call pass_on(std::string to, behaviour_call c);

/// A behaviour. It answers a call at once, or later by a promise, or delegates it. Each
/// error is told to the caller: make one of a `fault` with `to_error`. `outcome::payload`
/// alone is for authors, the host fills in the rest.
///
/// A worker holds as many calls at once as the `window` of its pool. A behaviour that
/// ends or throws ends its worker: the calls in it fail with `worker_died`, and the
/// supervisor starts the next one.
using behaviour_actor = caf::typed_actor<
    // From its host: runs a call.
    caf::replies_to<behaviour_call>::with<outcome>>;

/// A behaviour that can end a call early. One that cannot is ended if the call lasts too
/// long after its caller has left.
using cancellable_behaviour_actor = behaviour_actor::extend_with<caf::typed_actor<
    // From its host: nobody waits for the call with this id any more. It must be answered
    // soon, whatever with.
    caf::reacts_to<atom::cancel, ticket_id>>>;

} // namespace troupe

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::log_line)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::result_chunk)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::pool_call)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::behaviour_call)
