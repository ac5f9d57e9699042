#include "actors/followers/event_queue.hpp"

#include "protocol/base/json_writer.hpp"
#include "protocol/base/limits.hpp"

#include <utility>

namespace troupe::followers {

size_t event_queue::cost(const batch_event& e) noexcept {
  return e.kind.size() + e.text.size() + limits::event_overhead;
}

bool event_queue::is_full() const noexcept {
  return events_.size() > most_events_ || (bytes_ > most_bytes_ && events_.size() > 1);
}

void event_queue::push(batch_event e) {
  bytes_ += cost(e);
  events_.push_back(std::move(e));
  while (is_full())
    drop_oldest();
}

void event_queue::drop_oldest() {
  auto& e = events_.front();
  auto range = e.gap.value_or(event_gap{e.seq, e.seq});
  if (!lost_)
    lost_ = loss{range};
  lost_->range.to = range.to;
  if (!e.gap) {
    ++lost_->count;
    ++dropped_;
  }
  bytes_ -= cost(e);
  events_.pop_front();
}

batch_event event_queue::describe(const loss& what) {
  json_object_writer out;
  out.add("seq", what.range.to)
      .add("kind", "gap")
      .add("from", what.range.from)
      .add("to", what.range.to);
  if (what.count > 0)
    out.add("dropped", what.count);
  return {what.range.to, "gap", shared_bytes{out.object()}, what.range};
}

event_batch event_queue::take(size_t most_events, size_t most_bytes) {
  event_batch batch;
  // Not a gap alone: a follower that refuses it would get it again at once, for ever.
  if (events_.empty())
    return batch;
  size_t bytes = 0;
  auto has_event = false;
  in_batch_ = 0;
  unconfirmed_ = std::exchange(lost_, std::nullopt);
  if (unconfirmed_)
    batch.events.push_back(describe(*unconfirmed_));
  while (!events_.empty()) {
    auto& e = events_.front();
    if (has_event
        && (batch.events.size() >= most_events || bytes + e.text.size() > most_bytes))
      break;
    has_event = true;
    bytes += e.text.size();
    bytes_ -= cost(e);
    auto range = e.gap.value_or(event_gap{e.seq, e.seq});
    if (!unconfirmed_)
      unconfirmed_ = loss{range};
    unconfirmed_->range.to = range.to;
    if (!e.gap) {
      ++unconfirmed_->count;
      ++in_batch_;
    }
    batch.events.push_back(std::move(e));
    events_.pop_front();
  }
  batch.next = batch.events.back().seq;
  return batch;
}

void event_queue::confirm(bool taken) {
  auto batch = std::exchange(unconfirmed_, std::nullopt);
  auto count = std::exchange(in_batch_, 0);
  (taken ? taken_ : dropped_) += count;
  if (taken || !batch)
    return;
  if (lost_) { // since the batch was taken
    batch->range.to = lost_->range.to;
    batch->count += lost_->count;
  }
  lost_ = batch;
}

} // namespace troupe::followers
