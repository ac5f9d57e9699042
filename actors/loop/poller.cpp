#include "actors/loop/poller.hpp"

#include "actors/loop/turn_clock.hpp"
#include "protocol/base/limits.hpp"

#include <cerrno>
#include <system_error>
#include <utility>

namespace troupe::loop {

namespace {

[[noreturn]] void fail(const char* what) {
  throw std::system_error{errno, std::generic_category(), what};
}

} // namespace

poller::poller()
  : epoll_(::epoll_create1(EPOLL_CLOEXEC)) {
  if (!epoll_)
    fail("epoll_create1");
}

poller::~poller() {
  // A handler that is destroyed may remove its own registration. The list is empty by
  // then, so that it finds nothing.
  auto doomed = std::exchange(entries_, {});
}

poller::id poller::add(int fd, uint32_t events, handler on_ready) {
  size_t i = entries_.size();
  if (free_.empty()) {
    entries_.emplace_back();
  } else {
    i = free_.back();
    free_.pop_back();
  }
  auto number = next_generation_++ << 32 | i;
  entries_[i] = std::make_shared<entry>(entry{number, std::move(on_ready)});
  epoll_event e{};
  e.events = events;
  e.data.u64 = number;
  if (::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, fd, &e) != 0) {
    entries_[i] = nullptr;
    free_.push_back(i);
    fail("epoll_ctl");
  }
  return static_cast<id>(number);
}

void poller::modify(id which, int fd, uint32_t events) {
  epoll_event e{};
  e.events = events;
  e.data.u64 = static_cast<uint64_t>(which);
  ::epoll_ctl(epoll_.get(), EPOLL_CTL_MOD, fd, &e);
}

void poller::remove(id which, int fd) {
  ::epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, fd, nullptr);
  if (slot(which) >= entries_.size())
    return;
  // Freed last: the handler may own the caller of this function.
  auto doomed = std::exchange(entries_[slot(which)], nullptr);
  free_.push_back(slot(which));
}

size_t poller::poll(int timeout_ms) {
  if (!has_more()) {
    auto n =
        ::epoll_wait(epoll_.get(), events_.data(), static_cast<int>(batch), timeout_ms);
    next_ = 0;
    ready_ = n > 0 ? static_cast<size_t>(n) : 0;
  }
  if (!has_more())
    return 0;
  auto first = next_;
  found_ = turn_clock::read();
  auto end = found_ + limits::turn_time;
  do {
    auto& e = events_[next_++];
    // Removed, perhaps replaced, by a handler that ran before.
    auto registered = entries_[slot(static_cast<id>(e.data.u64))];
    if (registered && registered->id == e.data.u64)
      registered->on_ready(e.events);
  } while (has_more() && turn_clock::read() < end);
  return next_ - first;
}

} // namespace troupe::loop
