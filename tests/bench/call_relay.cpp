/// The floor of calls through one process: what a relay costs that is written by hand for
/// nothing else. Its calls are in plain vectors; there are no actors, messages,
/// deadlines, turns of clients or restarts.
///
///   call_relay SOCKET WORKERS WINDOW CHILD
///
/// It listens at SOCKET for one client after the other, prints `ready`, and gives each
/// call to the worker that has the most free slots. What it does once a turn is what the
/// node does: all reads, then one write for each worker, and one for the client when
/// nothing else is there.

#include "tests/bench/channel.hpp"
#include "tests/bench/line_scan.hpp"
#include "tests/bench/relay_ends.hpp"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <exception>
#include <fcntl.h>
#include <sched.h>
#include <stdexcept>
#include <string>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>
#include <vector>

using namespace troupe::bench;

namespace {

using clock_type = std::chrono::steady_clock;
constexpr std::chrono::microseconds spin{160};
constexpr std::chrono::microseconds most_held{250};

struct waiting_call {
  std::string id;
  std::string kind;
  std::string payload;
};

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
    if (n <= 0 || clock_type::now() - flushed_ > most_held)
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
    flushed_ = clock_type::now();
  }

  int wait(epoll_event* events, int most) const {
    for (auto until = clock_type::now() + spin; clock_type::now() < until; sched_yield())
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
    size_t index = 0;
    unsigned generation = 0;
    if (!line_scan{line}.read(m) || m.id.size() < 2)
      return;
    auto end = m.id.data() + m.id.size();
    auto [dot, error] = std::from_chars(m.id.data() + 1, end, index);
    if (error != std::errc{} || index >= w.slots.size() || *dot != '.')
      return;
    std::from_chars(dot + 1, end, generation);
    auto& s = w.slots[index];
    if (generation != s.generation)
      return;
    w.free.push_back(index);
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
  clock_type::time_point flushed_ = clock_type::now();
};

} // namespace

int main(int argc, char** argv) {
  auto workers = argc == 5 ? std::atoi(argv[2]) : 0;
  auto window = argc == 5 ? std::atoi(argv[3]) : 0;
  if (workers < 1 || window < 1) {
    std::fputs("usage: call_relay SOCKET WORKERS WINDOW CHILD\n", stderr);
    return 2;
  }
  prctl(PR_SET_PDEATHSIG, SIGKILL); // for when the bench is killed
  std::signal(SIGPIPE, SIG_IGN);
  try {
    std::vector<channel> children;
    children.reserve(static_cast<size_t>(workers));
    for (int i = 0; i < workers; ++i)
      children.push_back(channel::to_child({argv[4]}));
    relay all{children, static_cast<size_t>(window)};
    auto listener = unix_socket(argv[1], true);
    std::puts("ready");
    std::fflush(stdout);
    for (;;) {
      auto client = accept4(listener, nullptr, nullptr, SOCK_CLOEXEC);
      if (client < 0)
        fail("accept");
      all.serve(client);
      close(client);
    }
  } catch (const std::exception& e) {
    std::fprintf(stderr, "call_relay: %s\n", e.what());
    return 1;
  }
}
