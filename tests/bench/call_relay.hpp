#pragma once

#include "tests/bench/channel.hpp"
#include "tests/bench/line_scan.hpp"
#include "tests/bench/relay_ends.hpp"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <deque>
#include <fcntl.h>
#include <sched.h>
#include <stdexcept>
#include <string>
#include <sys/epoll.h>
#include <unistd.h>
#include <vector>

namespace troupe::bench {

using relay_clock = std::chrono::steady_clock;
inline constexpr std::chrono::microseconds relay_spin{160};
inline constexpr std::chrono::microseconds relay_most_held{250};

struct waiting_call {
  std::string id;
  std::string kind;
  std::string payload;
};

/// Relays the calls of one client after the other to its workers.
class relay {
public:
  relay(std::vector<channel>& children, size_t window)
    : workers_(children.size()) {
    for (size_t i = 0; i < children.size(); ++i) {
      auto& w = workers_[i];
      w.in = children[i].in();
      w.out = children[i].out();
      w.slots.resize(window);
      for (size_t s = 0; s < window; ++s)
        w.free.push_back(s);
      watch(w.in, i);
    }
  }
  relay(const relay&) = delete;
  ~relay() { close(epoll_); }

  /// Relays calls until the client goes.
  void serve(int fd) {
    client_ = {};
    client_.in = client_.out = fd;
    watch(fd, workers_.size());
    while (turn()) {
    }
    // Answers to calls of this client that are still on their way reach nobody.
    for (auto& w : workers_)
      for (auto& s : w.slots)
        s.id.clear();
    waiting_.clear();
  }

private:
  void watch(int fd, size_t index) const {
    fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
    epoll_event e{};
    e.events = EPOLLIN;
    e.data.u64 = index;
    if (epoll_ctl(epoll_, EPOLL_CTL_ADD, fd, &e) != 0)
      fail("epoll_ctl");
  }

  bool turn() {
    epoll_event events[64];
    auto n = epoll_wait(epoll_, events, 64, 0);
    if (n <= 0 || relay_clock::now() - flushed_ > relay_most_held)
      flush_client();
    if (n <= 0)
      n = wait(events, 64);
    auto good = true;
    for (int i = 0; i < n; ++i)
      good = read(events[i].data.u64) && good;
    dispatch();
    for (auto& w : workers_)
      w.write();
    return good;
  }

  void flush_client() {
    client_.write();
    flushed_ = relay_clock::now();
  }

  int wait(epoll_event* events, int most) const {
    for (auto until = relay_clock::now() + relay_spin; relay_clock::now() < until;
         sched_yield())
      if (auto n = epoll_wait(epoll_, events, most, 0); n > 0)
        return n;
    auto stuck = !client_.pending.empty()
                 || std::any_of(workers_.begin(), workers_.end(),
                                [](auto& w) { return !w.pending.empty(); });
    return epoll_wait(epoll_, events, most, stuck ? 1 : -1);
  }

  bool read(size_t index) {
    if (index == workers_.size())
      return client_.read(space_, [this](auto line) { take_call(line); });
    auto& w = workers_[index];
    if (!w.read(space_, [&](auto line) { take_answer(w, line); }))
      throw std::runtime_error{"a worker ended"};
    return true;
  }

  void take_call(std::string_view line) {
    line_members m;
    if (!line_scan{line}.read(m) || m.id.empty())
      client_.pending += "{\"error\":\"bad_request\"}\n";
    else
      waiting_.push_back(
          {std::string{m.id}, std::string{m.kind}, std::string{m.payload}});
  }

  void dispatch() {
    while (!waiting_.empty()) {
      auto& w = *std::max_element(workers_.begin(), workers_.end(), [](auto& a, auto& b) {
        return a.free.size() < b.free.size();
      });
      if (w.free.empty())
        return;
      auto& call = waiting_.front();
      auto index = w.free.back();
      auto& s = w.slots[index];
      w.free.pop_back();
      s.id = std::move(call.id);
      w.pending.append("{\"request_id\":\"").append(std::to_string(index)).append(".");
      w.pending.append(std::to_string(++s.generation)).append("\",\"kind\":");
      w.pending.append(call.kind)
          .append(",\"payload\":")
          .append(call.payload)
          .append("}\n");
      waiting_.pop_front();
    }
  }

  void take_answer(worker& w, std::string_view line) {
    line_members m;
    auto found = line_scan{line}.read(m) ? find_slot(w.slots, m.id) : nullptr;
    if (!found)
      return;
    auto& s = *found;
    w.free.push_back(static_cast<size_t>(found - w.slots.data()));
    if (s.id.empty())
      return;
    client_.pending.append("{\"request_id\":").append(s.id).append(",\"payload\":");
    client_.pending.append(m.payload).append(",\"error\":").append(m.error).append("}\n");
    s.id.clear();
  }

  int epoll_ = epoll_create1(EPOLL_CLOEXEC);
  std::vector<worker> workers_;
  stream client_;
  std::deque<waiting_call> waiting_;
  std::string space_ = std::string(256 * 1024, '\0');
  relay_clock::time_point flushed_ = relay_clock::now();
};

} // namespace troupe::bench
