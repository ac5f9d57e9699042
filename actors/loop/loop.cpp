#include "actors/loop/loop.hpp"

#include "actors/loop/pinned_actor.hpp"
#include "actors/loop/turn_clock.hpp"
#include "protocol/base/limits.hpp"

#include <caf/ref_counted.hpp>

#include <sched.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <system_error>

namespace troupe::loop {

namespace {

thread_local event_loop* current_loop = nullptr;

/// Zero where no loop runs.
thread_local turn_clock::clock::time_point last_reading;

unique_fd make_eventfd() {
  unique_fd fd{::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)};
  if (!fd)
    throw std::system_error{errno, std::generic_category(), "eventfd"};
  return fd;
}

} // namespace

event_loop::event_loop(caf::actor_system& system, std::chrono::microseconds spin,
                       failure_handler failed)
  : caf::execution_unit(&system)
  , wakeups_(*this, make_eventfd())
  , spin_(spin)
  , failed_(std::move(failed))
  , timers_(*this)
  , scratch_(limits::read_chunk) {
  wakeups_.watch(EPOLLIN, [this](uint32_t) {
    uint64_t count;
    [[maybe_unused]] auto n = ::read(wakeups_.get(), &count, sizeof count);
  });
}

event_loop::~event_loop() {
  for (auto* job : actors_)
    caf::intrusive_ptr_release(job);
  for (auto* job : foreign_actors_)
    caf::intrusive_ptr_release(job);
}

turn_clock::clock::time_point turn_clock::now() noexcept {
  return last_reading == clock::time_point{} ? clock::now() : last_reading;
}

turn_clock::clock::time_point turn_clock::read() noexcept {
  auto time = clock::now();
  if (current_loop)
    last_reading = time;
  return time;
}

void turn_clock::forget() noexcept {
  last_reading = {};
}

event_loop* event_loop::current() noexcept {
  return current_loop;
}

event_loop* as_loop(caf::execution_unit* unit) noexcept {
  return dynamic_cast<event_loop*>(unit);
}

void event_loop::run() {
  current_loop = this;
  load_.start(turn_clock::read());
  while (!stopped_.load(std::memory_order_acquire)) {
    guarded([this] { look(); });
    guarded([this] { turn(); });
  }
  for (int i = 0; i < 2; ++i) // what is flushed may list others
    guarded([this] {
      flush_listed();
      flush_held();
    });
  current_loop = nullptr;
  turn_clock::forget();
}

template <class F>
void event_loop::guarded(F f) {
  try {
    f();
  } catch (const std::exception& e) {
    if (!failed_)
      throw;
    failed_(e.what());
  }
}

/// Handles what is ready, and waits if nothing is to be done.
void event_loop::look() {
  // One that does not poll looks and sleeps with one call.
  if (spin_.is_none() && held_.empty() && !has_work())
    return wait();
  auto busy = poller_.poll(0) > 0;
  if (!busy && !held_.empty()) {
    flush_held();
    busy = true;
  }
  if (!busy && !has_work())
    wait();
}

bool event_loop::has_work() const {
  return poller_.has_more() || !actors_.empty() || !deferred_.empty() || !listed_.empty()
         || has_inbox_.load(std::memory_order_acquire);
}

void event_loop::stop() {
  stopped_.store(true, std::memory_order_release);
  wake();
}

void event_loop::post(std::function<void()> work) {
  {
    std::lock_guard guard{mutex_};
    posted_.push_back(std::move(work));
  }
  wake();
}

void event_loop::exec_later(caf::resumable* job) {
  if (current_loop == this) {
    actors_.push_back(job);
    return;
  }
  {
    std::lock_guard guard{mutex_};
    foreign_actors_.push_back(job);
  }
  wake();
}

void event_loop::flush_later(std::shared_ptr<flushable> what) {
  if (what->listed_)
    return;
  what->listed_ = true;
  listed_.push_back(std::move(what));
}

/// One eventfd write per batch: the first thing in an empty inbox wakes the loop.
void event_loop::wake() {
  if (has_inbox_.exchange(true, std::memory_order_acq_rel) && !stopped_)
    return;
  uint64_t one = 1;
  [[maybe_unused]] auto n = ::write(wakeups_.get(), &one, sizeof one);
}

void event_loop::turn() {
  take_inbox();
  run_deferred();
  run_actors();
  auto now = turn_clock::read();
  load_.look(now, poller_.found());
  timers_.expire(now);
  run_actors();
  flush_listed();
}

/// Polls, then blocks until an event or the next timer. What a timer does is seldom
/// answered at once, and an idle node has nothing but timers: no polling then.
void event_loop::wait() {
  auto now = turn_clock::read();
  load_.begin_wait(now);
  auto spin_end = std::exchange(was_woken_by_timer_, false) ? now : now + spin_.get();
  auto due = timers_.next_wake();
  if (due)
    spin_end = std::min(spin_end, *due);
  while (now < spin_end) {
    if (poller_.poll(0) > 0)
      return;
    if (has_inbox_.load(std::memory_order_acquire))
      return load_.end_wait(now);
    // Where loops spin on all cores, those they wait for would not get to run.
    ::sched_yield();
    now = turn_clock::read();
  }
  if (due && *due <= now) {
    poller_.poll(0); // without polling, `look` has not looked
    return;
  }
  was_woken_by_timer_ = block(now, due) == 0;
  spin_.after_sleep(turn_clock::read() - now);
}

/// Sleeps until an event, or until `due`. Returns the number of events.
size_t event_loop::block(timers::time_point now,
                         const std::optional<timers::time_point>& due) {
  if (!due)
    return poller_.poll(-1);
  auto left = std::chrono::ceil<std::chrono::milliseconds>(*due - now);
  return poller_.poll(static_cast<int>(left.count()));
}

void event_loop::take_inbox() {
  if (!has_inbox_.load(std::memory_order_acquire))
    return;
  std::vector<std::function<void()>> work;
  {
    std::lock_guard guard{mutex_};
    has_inbox_.store(false, std::memory_order_release);
    actors_.insert(actors_.end(), foreign_actors_.begin(), foreign_actors_.end());
    foreign_actors_.clear();
    work.swap(posted_);
  }
  for (auto& f : work)
    guarded(std::move(f)); // the others are not lost with it
}

/// Work that is deferred meanwhile runs in the next turn.
void event_loop::run_deferred() {
  if (deferred_.empty())
    return;
  auto end = turn_clock::read() + limits::turn_time;
  for (auto n = deferred_.size(); n > 0; --n) {
    auto work = std::move(deferred_.front());
    deferred_.pop_front();
    work();
    if (turn_clock::read() >= end)
      return;
  }
}

void event_loop::run_actors() {
  constexpr size_t between_looks = 4; // at the clock, which costs as much as a message
  if (actors_.empty())
    return;
  auto end = turn_clock::read() + limits::turn_time;
  for (size_t i = 1; i <= limits::turn_actors && !actors_.empty(); ++i) {
    auto* job = actors_.front();
    actors_.pop_front();
    if (job->resume(this, limits::actor_messages) == caf::resumable::resume_later)
      actors_.push_back(job);
    else
      caf::intrusive_ptr_release(job);
    if (i % between_looks == 0 && turn_clock::read() >= end)
      return;
  }
}

void event_loop::flush_listed() {
  // Index loop: flushing may list others.
  for (size_t i = 0; i < listed_.size(); ++i)
    if (listed_[i]->order_ == flushable::turn_order::child) {
      listed_[i]->listed_ = false;
      listed_[i]->flush();
    }
  auto held_before = !held_.empty();
  for (auto& x : listed_)
    if (x->order_ == flushable::turn_order::client)
      held_.push_back(std::move(x));
  listed_.clear();
  if (held_.empty())
    return;
  auto now = turn_clock::read();
  if (!held_before)
    held_since_ = now;
  if (++turns_held_ >= limits::held_turns || now - held_since_ >= limits::held_time)
    flush_held();
}

void event_loop::flush_held() {
  turns_held_ = 0;
  std::vector<std::shared_ptr<flushable>> ready;
  ready.swap(held_);
  for (auto& x : ready) {
    x->listed_ = false;
    x->flush();
  }
}

} // namespace troupe::loop
