#include "actors/os/orphan_sweeper.hpp"

#include "actors/os/worker_mark.hpp"

#include <sys/prctl.h>

#include <algorithm>
#include <utility>

namespace troupe::os {

namespace {

using std::chrono::milliseconds;

/// A pause after a look is so many times as long as the look: the thread takes no more
/// than a fifth of a core, however many children end.
constexpr int rest_factor = 4;

/// How long one look may take, if what has been left behind goes on starting more.
constexpr milliseconds longest_look{2000};

constexpr milliseconds shortest_rest{2};
constexpr milliseconds longest_rest{500};

} // namespace

orphan_sweeper::orphan_sweeper(offspring& children)
  : children_(children) {
  thread_ = std::thread{[this] { run(); }};
}

orphan_sweeper::~orphan_sweeper() {
  stop();
}

void orphan_sweeper::stop() {
  {
    std::lock_guard lock{mutex_};
    stopped_ = true;
  }
  news_.notify_one();
  if (thread_.joinable())
    thread_.join();
}

void orphan_sweeper::look() {
  {
    std::lock_guard lock{mutex_};
    wanted_ = true;
  }
  news_.notify_one();
}

void orphan_sweeper::end_marked(std::string mark, uint64_t started) {
  if (mark.empty())
    return;
  {
    std::lock_guard lock{mutex_};
    marked_.push_back({std::move(mark), started});
  }
  news_.notify_one();
}

void orphan_sweeper::run() {
  ::prctl(PR_SET_NAME, "orphan-sweeper");
  std::unique_lock lock{mutex_};
  for (;;) {
    news_.wait(lock, [this] { return stopped_ || wanted_ || !marked_.empty(); });
    if (stopped_)
      return;
    auto wanted = std::exchange(wanted_, false);
    auto marked = std::exchange(marked_, {});
    lock.unlock();
    auto began = std::chrono::steady_clock::now();
    auto again = wanted && sweep(longest_look);
    for (auto& f : marked)
      end(f);
    auto took = std::chrono::ceil<milliseconds>(std::chrono::steady_clock::now() - began);
    lock.lock();
    wanted_ |= again;
    news_.wait_for(lock, std::clamp(rest_factor * took, shortest_rest, longest_rest),
                   [this] { return stopped_; });
  }
}

bool orphan_sweeper::sweep(milliseconds time) {
  children_.begin_sweep();
  auto is_prey = [this](const process_entry& p) {
    return children_.is_left_behind(p, initial_variable(p.pid, mark_variable));
  };
  auto all = [this] {
    return children_.are_all_children() ? own_children() : all_processes();
  };
  auto done = end_processes({all, is_prey, [this] { children_.reap_others(); }, time});
  return !done || children_.was_unsure();
}

void orphan_sweeper::end(const marked_processes& f) {
  auto is_prey = [&](const process_entry& p) {
    if (p.started < f.started)
      return false;
    auto mark = initial_variable(p.pid, mark_variable);
    return mark && is_marked_by(*mark, f.mark);
  };
  end_processes({all_processes, is_prey, {}, longest_look});
}

void orphan_sweeper::finish() {
  stop();
  for (auto& f : std::exchange(marked_, {}))
    end(f);
  children_.end_all();
  sweep(longest_look);
}

} // namespace troupe::os
