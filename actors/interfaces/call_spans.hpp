#pragma once

#include "actors/interfaces/span_recorder.hpp"
#include "protocol/base/call.hpp"

#include <memory>
#include <string>

namespace troupe {

/// The spans of one call in one pool: `wait` until it is given to a worker, then `run`,
/// and the same again if that worker does not end it. Used by one thread at a time.
class call_spans {
public:
  /// Returns those of a call that begins to wait now, or null if it has none: the node
  /// records no spans, or the caller records nothing of the call.
  /// @param to May be null.
  static std::shared_ptr<call_spans> begin(const std::shared_ptr<span_recorder>& to,
                                           const call& c, const std::string& pool,
                                           steady_clock::time_point now);

  call_spans(std::shared_ptr<span_recorder> to, span first,
             steady_clock::time_point since)
    : to_(std::move(to))
    , present_(std::move(first))
    , since_(since) {}

  /// A worker has the call now. Returns the trace for the worker: its parent is this run.
  trace_context_ptr run(std::string worker, steady_clock::time_point now);

  /// The worker has not ended the call, which waits again.
  void wait_again(const fault& why, steady_clock::time_point now);

  /// The call has ended here.
  /// @param why Null for a good end.
  void end(const fault* why, steady_clock::time_point now);

private:
  /// Records the present span; the next one begins when it ends.
  void record(const fault* why, steady_clock::time_point now);

  std::shared_ptr<span_recorder> to_;
  span present_;
  /// When the present span has begun.
  steady_clock::time_point since_;
};

} // namespace troupe
