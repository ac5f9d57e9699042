#include "actors/os/offspring.hpp"

#include "actors/os/worker_mark.hpp"

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

namespace troupe::os {

uint64_t offspring::expect() {
  std::lock_guard lock{mutex_};
  ++births_;
  numbers_.insert(++last_number_);
  return last_number_;
}

void offspring::born(uint64_t number, const process_entry& child) {
  std::lock_guard lock{mutex_};
  alive_[child.pid] = {number, child.started, true};
  --births_; // not before: if there is no memory, it is not born
}

void offspring::not_born(uint64_t number) {
  std::lock_guard lock{mutex_};
  --births_;
  numbers_.erase(number);
}

void offspring::adopt(const process_entry& child) {
  std::lock_guard lock{mutex_};
  alive_[child.pid] = {0, child.started, child.parent == ::getpid()};
}

reaped_child offspring::bury(pid_t pid) {
  std::lock_guard lock{mutex_};
  int status = 0;
  rusage used{};
  while (::wait4(pid, &status, 0, &used) < 0 && errno == EINTR)
    ;
  if (auto i = alive_.find(pid); i != alive_.end()) {
    numbers_.erase(i->second.number);
    alive_.erase(i);
  }
  ended_.insert(pid);
  auto time_of = [](const timeval& t) {
    return std::chrono::seconds{t.tv_sec} + std::chrono::microseconds{t.tv_usec};
  };
  auto cpu = time_of(used.ru_utime) + time_of(used.ru_stime);
  return {status, std::chrono::duration_cast<std::chrono::milliseconds>(cpu)};
}

void offspring::forget(pid_t pid) {
  std::lock_guard lock{mutex_};
  if (auto i = alive_.find(pid); i != alive_.end()) {
    numbers_.erase(i->second.number);
    alive_.erase(i);
  }
}

void offspring::leave(pid_t pid) {
  std::lock_guard lock{mutex_};
  if (auto i = alive_.find(pid); i != alive_.end())
    left_.insert(alive_.extract(i));
}

std::optional<uint64_t> offspring::number_of(pid_t pid) const {
  std::lock_guard lock{mutex_};
  auto i = alive_.find(pid);
  return i == alive_.end() || i->second.number == 0 ? std::nullopt
                                                    : std::optional{i->second.number};
}

bool offspring::is_known(pid_t pid) const {
  std::lock_guard lock{mutex_};
  return alive_.contains(pid) || left_.contains(pid);
}

void offspring::reap_others() {
  if (others_ == strangers::ignore)
    return;
  std::lock_guard lock{mutex_};
  asked_to_reap_ = births_ > 0;
  while (births_ == 0) {
    siginfo_t ended{};
    if (::waitid(P_ALL, 0, &ended, WEXITED | WNOHANG | WNOWAIT) != 0 || ended.si_pid == 0)
      return;
    // A worker or a helper is left to its owner. The owner reaps it and calls this
    // again.
    if (alive_.contains(ended.si_pid) || is_helper_(ended.si_pid))
      return;
    ::waitpid(ended.si_pid, nullptr, WNOHANG);
  }
}

bool offspring::was_asked_to_reap() {
  std::lock_guard lock{mutex_};
  return std::exchange(asked_to_reap_, false);
}

size_t offspring::alive() const {
  std::lock_guard lock{mutex_};
  return alive_.size() + births_;
}

void offspring::end_all() {
  std::lock_guard lock{mutex_};
  for (auto& [pid, child] : alive_) {
    numbers_.erase(child.number);
    ended_.insert(pid);
  }
  alive_.clear();
}

void offspring::begin_sweep() {
  std::lock_guard lock{mutex_};
  ended_before_ = std::exchange(ended_, {});
  unsure_ = false;
}

bool offspring::are_all_children() const noexcept {
  return others_ != strangers::ignore;
}

/// A process is no older than those that it descends from.
bool offspring::may_have_started(const std::map<pid_t, member>& those,
                                 const process_entry& p) const {
  return std::any_of(those.begin(), those.end(), [&](auto& each) {
    return each.second.is_own && each.second.started <= p.started;
  });
}

bool offspring::is_left_behind(const process_entry& p,
                               const std::optional<std::string>& mark) {
  std::lock_guard lock{mutex_};
  auto is_there = [&](pid_t pid) { return alive_.contains(pid) || left_.contains(pid); };
  if (is_there(p.pid) || is_helper_(p.pid))
    return false;
  if (auto number = mark ? marked_number(*mark, node_) : std::nullopt)
    return !numbers_.contains(*number);
  if (others_ == strangers::ignore)
    return false;
  // Without a mark it may be a child that does not run its program yet.
  if (births_ > 0) {
    unsure_ = true;
    return false;
  }
  if (is_there(p.sid) || is_there(p.group))
    return false;
  if (ended_before_.contains(p.sid) || ended_before_.contains(p.group))
    return true;
  return others_ == strangers::end && !may_have_started(alive_, p)
         && !may_have_started(left_, p);
}

bool offspring::was_unsure() const {
  std::lock_guard lock{mutex_};
  return unsure_;
}

} // namespace troupe::os
