#pragma once

#include "actors/cluster/door/door.hpp"
#include "actors/os/tcp_listen.hpp"
#include "tests/actors/loop/support_loop.hpp"
#include "tests/protocol/hello/support_hello.hpp"
#include "tests/protocol/tls/support_certificates.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <atomic>
#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <netinet/in.h>
#include <sys/socket.h>

namespace troupe::door {

inline std::ostream& operator<<(std::ostream& out, refused_by by) {
  return out << (by == refused_by::us ? "us" : "peer");
}

} // namespace troupe::door

namespace troupe::testing {

using door::refused_by;
using hello::reason;

/// Remembers what it hears, and lets the test wait for it.
class recording_owner : public door::door_owner {
public:
  std::optional<hello::refusal> judge(const hello::introduction& peer, door::opened_by,
                                      const std::string&) override {
    return decide ? decide(peer) : std::nullopt;
  }
  void arrived(door::arrival who) override { keep(arrivals, std::move(who)); }
  void fell_through(const hello::introduction&, const door::rejection& why) override {
    keep(fallen, why);
  }
  void dial_failed(const door::rejection& why) override { keep(failed, why); }
  void refused(const door::rejection& last, uint64_t times) override {
    told_ += times;
    keep(refusals, last);
  }

  /// Waits until `list` has `n` entries. What is returned stays where it is.
  template <class T>
  T& wait_for(std::deque<T>& list, size_t n = 1) {
    std::unique_lock lock{mutex_};
    auto came = changed_.wait_for(lock, patience, [&] { return list.size() >= n; });
    BOOST_TEST_REQUIRE(came, "what was waited for has not come");
    return list[n - 1];
  }

  /// Waits until the reports of refusals have told of `n` of them, for whatever reasons.
  /// Returns how many reports that took.
  size_t wait_until_told(uint64_t n) {
    std::unique_lock lock{mutex_};
    changed_.wait_for(lock, patience, [&] { return told_ >= n; });
    BOOST_TEST_REQUIRE(told_.load() == n);
    return refusals.size();
  }

  /// Each may still grow while something is at the door, or was a second ago.
  std::deque<door::arrival> arrivals;
  std::deque<door::rejection> fallen;
  std::deque<door::rejection> failed;
  std::deque<door::rejection> refusals;
  std::function<std::optional<hello::refusal>(const hello::introduction&)> decide;

private:
  template <class T, class U>
  void keep(std::deque<T>& list, U&& what) {
    std::lock_guard lock{mutex_};
    list.push_back(std::forward<U>(what));
    changed_.notify_all();
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  std::atomic<uint64_t> told_{0};
};

/// A door on a loop, at a port of 127.0.0.1.
class door_at_work {
public:
  door_at_work(running_loop& home, door::door_options options,
               const std::string& listen = "127.0.0.1:0")
    : home_(home) {
    auto sockets = os::listen_tcp(listen).value();
    address = sockets.address;
    home_.run([&] {
      door_ = std::make_unique<door::door>(home_.home, std::move(options), owner);
      door_->listen(std::move(sockets.fds));
    });
  }
  ~door_at_work() {
    home_.run([this] { door_.reset(); });
  }
  door_at_work(const door_at_work&) = delete;
  door_at_work& operator=(const door_at_work&) = delete;

  void dial(const std::string& to) {
    home_.run([&] { door_->dial(to); });
  }
  uint64_t count(reason r) {
    return home_.run([&] { return door_->refusals().count(r); });
  }
  /// Returns how many were refused, for whatever reason.
  uint64_t refused() {
    return home_.run([&] {
      uint64_t all = 0;
      for (int i = 0; i < static_cast<int>(reason::count_); ++i)
        all += door_->refusals().count(static_cast<reason>(i));
      return all;
    });
  }
  size_t half_open() {
    return home_.run([&] { return door_->half_open_count(); });
  }

  recording_owner owner;
  std::string address;

private:
  running_loop& home_;
  std::unique_ptr<door::door> door_;
};

/// A client without manners, on the test's own thread. Nothing blocks for ever.
class raw_client {
public:
  explicit raw_client(const std::string& address)
    : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    to.sin_port =
        htons(static_cast<uint16_t>(std::stoi(address.substr(address.rfind(':') + 1))));
    timeval most{10, 0};
    ::setsockopt(socket_.get(), SOL_SOCKET, SO_RCVTIMEO, &most, sizeof most);
    BOOST_TEST_REQUIRE(
        ::connect(socket_.get(), reinterpret_cast<sockaddr*>(&to), sizeof to) == 0);
  }

  void send(std::string_view bytes) {
    while (!bytes.empty()) {
      auto n = ::send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (n <= 0)
        return;
      bytes.remove_prefix(static_cast<size_t>(n));
    }
  }
  /// Returns what comes next; nothing at the end.
  std::string receive() {
    char bytes[4096];
    auto n = ::recv(socket_.get(), bytes, sizeof bytes, 0);
    return {bytes, n > 0 ? static_cast<size_t>(n) : 0};
  }
  /// Returns all that comes up to the end.
  std::string rest() {
    std::string all;
    for (auto part = receive(); !part.empty(); part = receive())
      all += part;
    return all;
  }
  void close() { socket_.reset(); }

private:
  loop::unique_fd socket_;
};

/// Returns the reason in the last of the lines that a door has sent.
inline reason told(const std::string& lines) {
  BOOST_TEST_REQUIRE(lines.ends_with('\n'), lines);
  auto cut = lines.substr(0, lines.size() - 1);
  auto read = hello::read_line(cut.substr(cut.rfind('\n') + 1));
  BOOST_TEST_REQUIRE(read.has_value(), lines);
  auto no = std::get_if<hello::refusal>(&*read);
  BOOST_TEST_REQUIRE(no, lines);
  return no->why;
}

/// Two loops, and certificates of one authority.
struct door_fixture : loop_fixture {
  static door::door_options plain(const std::string& name) {
    door::door_options o{node_named(name)};
    o.patience = 10s;
    return o;
  }
  door::door_keys keys(const issued& own) const {
    auto files = folder.write("node", own);
    auto oldest = tls::oldest_version::tls_1_3;
    return {tls::context::for_server(files, ca, oldest).value(),
            tls::context::for_client(ca, files, oldest).value()};
  }
  door::door_options encrypted(const std::string& name) const {
    auto o = plain(name);
    o.keys = keys(trusted.issue({.dns_names = {name}}));
    return o;
  }

  authority trusted;
  certificate_folder folder;
  std::filesystem::path ca = folder.write("ca.crt", trusted.certificate());
};

} // namespace troupe::testing
