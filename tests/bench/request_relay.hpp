#pragma once

#include "actors/interfaces/request_with_timeout.hpp"
#include "actors/loop/loop.hpp"
#include "actors/loop/pinned.hpp"
#include "tests/bench/channel.hpp"
#include "tests/bench/line_scan.hpp"
#include "tests/bench/relay_ends.hpp"

#include <caf/all.hpp>

#include <algorithm>
#include <chrono>
#include <deque>
#include <memory>
#include <string>
#include <vector>

namespace troupe::bench {

/// A stream on a loop: what is written in a turn leaves at its end.
class loop_end : public loop::flushable, public std::enable_shared_from_this<loop_end> {
public:
  loop_end(loop::event_loop& on, turn_order order)
    : flushable(order)
    , loop_(on) {}

  void append_line(std::initializer_list<std::string_view> pieces) {
    for (auto piece : pieces)
      bytes.pending += piece;
    bytes.pending += '\n';
    loop_.flush_later(shared_from_this());
  }

  void flush() override {
    bytes.write();
    if (!bytes.pending.empty())
      loop_.next_turn([this, self = shared_from_this()] { loop_.flush_later(self); });
  }

  stream bytes;

private:
  loop::event_loop& loop_;
};

using loop_end_ptr = std::shared_ptr<loop_end>;

struct relayed_job {
  std::string kind;
  std::string payload;
};

struct relayed_answer {
  std::string payload;
  std::string error;
};

struct relayed_call {
  loop_end_ptr from;
  std::string id;
  relayed_job job;
};

using relayed_calls = std::vector<relayed_call>;
/// What one read of a child brought.
using child_text = std::string;

using relay_worker_actor =
    caf::typed_actor<caf::replies_to<relayed_job>::with<relayed_answer>,
                     caf::reacts_to<child_text>>;
using relay_broker_actor = caf::typed_actor<caf::reacts_to<relayed_calls>>;

} // namespace troupe::bench

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::bench::relayed_job)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::bench::relayed_answer)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::bench::relayed_calls)

namespace troupe::bench {

/// Has the calls of one child, each a promise of its answer.
struct relay_worker {
  struct slot {
    caf::typed_response_promise<relayed_answer> promise;
    unsigned generation = 0;
  };

  loop_end_ptr child;
  std::vector<slot> slots;
  std::vector<size_t> free;

  void start(relayed_job& job, caf::typed_response_promise<relayed_answer> promise) {
    auto index = free.back();
    free.pop_back();
    slots[index].promise = std::move(promise);
    auto id = std::to_string(index) + "." + std::to_string(++slots[index].generation);
    child->append_line({"{\"request_id\":\"", id, "\",\"kind\":", job.kind,
                        ",\"payload\":", job.payload, "}"});
  }

  void take(std::string_view line) {
    line_members m;
    auto s = line_scan{line}.read(m) ? find_slot(slots, m.id) : nullptr;
    if (!s)
      return;
    free.push_back(static_cast<size_t>(s - slots.data()));
    s->promise.deliver(relayed_answer{std::string{m.payload}, std::string{m.error}});
  }
};

using relay_worker_self = loop::pinned_actor<relay_worker_actor, relay_worker>;

inline relay_worker_actor::behavior_type
relay_worker_behavior(relay_worker_self* self, loop_end_ptr child, size_t window) {
  auto& s = self->state;
  s.child = std::move(child);
  s.slots.resize(window);
  for (size_t i = 0; i < window; ++i)
    s.free.push_back(i);
  return {[self](relayed_job& job) -> caf::result<relayed_answer> {
            auto promise = self->make_response_promise<relayed_answer>();
            self->state.start(job, promise);
            return promise;
          },
          [self](child_text& text) {
            auto& received = self->state.child->bytes.received;
            received += text;
            take_lines(received, [&](auto line) { self->state.take(line); });
          }};
}

/// Has the queue, and each worker's free places; a call in a worker is one request.
struct relay_broker {
  struct place {
    size_t worker;
    relayed_call call;
    caf::behavior handlers;
  };

  caf::typed_event_based_actor<caf::reacts_to<relayed_calls>>* self = nullptr;
  std::vector<relay_worker_actor> workers;
  std::vector<place> places;
  /// For each worker.
  std::vector<std::vector<size_t>> free;
  std::deque<relayed_call> waiting;
  std::chrono::nanoseconds timeout{};

  void dispatch() {
    while (!waiting.empty()) {
      auto& most = *std::max_element(
          free.begin(), free.end(), [](auto& a, auto& b) { return a.size() < b.size(); });
      if (most.empty())
        return;
      auto& p = places[most.back()];
      most.pop_back();
      p.call = std::move(waiting.front());
      waiting.pop_front();
      request_with_timeout(self, workers[p.worker], timeout, std::move(p.call.job),
                           p.handlers);
    }
  }

  void answer(place& p, std::string_view payload, std::string_view error) {
    p.call.from->append_line({"{\"request_id\":", p.call.id, ",\"payload\":", payload,
                              ",\"error\":", error, "}"});
    p.call.from.reset();
    free[p.worker].push_back(static_cast<size_t>(&p - places.data()));
    dispatch();
  }
};

using relay_broker_self = loop::pinned_actor<relay_broker_actor, relay_broker>;

inline relay_broker_actor::behavior_type
relay_broker_behavior(relay_broker_self* self, std::vector<relay_worker_actor> workers,
                      size_t window) {
  auto& s = self->state;
  s.self = self;
  s.workers = std::move(workers);
  s.timeout = std::chrono::seconds{60};
  s.free.resize(s.workers.size());
  s.places.resize(s.workers.size() * window);
  for (size_t i = 0; i < s.places.size(); ++i) {
    auto& p = s.places[i];
    p.worker = i / window;
    p.handlers = make_response_handlers<relayed_answer>(
        self,
        [&s, &p](caf::message_id, relayed_answer& a) { s.answer(p, a.payload, a.error); },
        [&s, &p](caf::message_id, caf::error&) { s.answer(p, "null", "\"timeout\""); });
    s.free[p.worker].push_back(i);
  }
  return {[&s](relayed_calls& calls) {
    std::move(calls.begin(), calls.end(), std::back_inserter(s.waiting));
    s.dispatch();
  }};
}

} // namespace troupe::bench
