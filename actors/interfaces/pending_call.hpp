#pragma once

#include "actors/interfaces/call_spans.hpp"
#include "actors/interfaces/callee_actor.hpp"

#include <caf/typed_response_promise.hpp>

namespace troupe {

/// The place of a call among those that wait for the same workers; lower is served first.
struct call_rank {
  int64_t virtual_time = 0;
  uint64_t arrival = 0;
  auto operator<=>(const call_rank&) const = default;
};

/// A call that was taken and not yet settled.
struct pending_call {
  call what;
  /// The receiver of the outcome: a sink, under a tag, or the actor that asked.
  reply_sink_ptr sink;
  tag_id tag;
  caf::typed_response_promise<outcome> promise;
  /// When it is no longer worth starting.
  steady_clock::time_point start_by;
  /// Workers that died with it.
  uint32_t deaths = 0;
  /// Set while it waits.
  call_rank rank = {};
  /// The number of its entry at BROKER; 0 for none.
  uint32_t entry = 0;
  /// Null unless the call is part of a trace that this node records.
  std::shared_ptr<call_spans> spans = {};
  /// Its ticket, if it runs and SLOW LOG knows of it; else 0.
  ticket_id slow = {};

  /// Ends it: the caller gets this outcome and no other. Does nothing for a caller that
  /// is gone.
  void settle(call_result result);

  /// Returns what tells callers apart where they share a queue. All actors count as one.
  const void* origin() const noexcept { return sink.get(); }
};

} // namespace troupe
