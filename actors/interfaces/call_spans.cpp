#include "actors/interfaces/call_spans.hpp"

#include <utility>

namespace troupe {

using std::chrono::duration_cast;
using std::chrono::system_clock;

std::shared_ptr<call_spans> call_spans::begin(const std::shared_ptr<span_recorder>& to,
                                              const call& c, const std::string& pool,
                                              steady_clock::time_point now) {
  if (!to || !c.trace || !c.trace->is_sampled())
    return nullptr;
  span first;
  first.id = to->make_id();
  first.parent = c.trace;
  // Looked at once: all else is counted from here, by a clock that nobody sets.
  first.begin =
      system_clock::now() - duration_cast<system_clock::duration>(now - c.taken);
  first.pool = pool;
  first.kind = c.kind;
  return std::make_shared<call_spans>(to, std::move(first), c.taken);
}

void call_spans::record(const fault* why, steady_clock::time_point now) {
  present_.end = present_.begin + duration_cast<system_clock::duration>(now - since_);
  present_.error = why ? why->what : code::none;
  present_.message = why ? why->message : std::string{};
  auto next = present_;
  next.id = to_->make_id();
  next.begin = present_.end;
  to_->record(std::exchange(present_, std::move(next)));
  since_ = now;
}

trace_context_ptr call_spans::run(std::string worker, steady_clock::time_point now) {
  record(nullptr, now);
  present_.what = span::phase::run;
  present_.worker = std::move(worker);
  return present_.parent->with_span(to_span_id(present_.id));
}

void call_spans::wait_again(const fault& why, steady_clock::time_point now) {
  record(&why, now);
  present_.what = span::phase::wait;
  present_.worker.clear();
}

void call_spans::end(const fault* why, steady_clock::time_point now) {
  record(why, now);
}

} // namespace troupe
