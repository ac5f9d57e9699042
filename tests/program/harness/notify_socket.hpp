#pragma once

#include "tests/program/harness/descriptor.hpp"
#include "tests/program/harness/patience.hpp"
#include "tests/program/harness/temporary_folder.hpp"
#include "tests/unix_socket_name.hpp"

#include <boost/test/unit_test.hpp>

#include <sys/socket.h>

#include <string>

namespace program {

/// What a service manager listens on.
class notify_socket {
public:
  notify_socket()
    : fd_(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {
    auto a = troupe::testing::unix_socket_name(path());
    BOOST_REQUIRE(::bind(fd_.get(), reinterpret_cast<sockaddr*>(&a), sizeof a) == 0);
  }
  std::string path() const { return folder_ / "notify"; }

  /// Sends it messages until it takes no more.
  void fill() {
    descriptor sender{::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)};
    auto a = troupe::testing::unix_socket_name(path());
    for (int i = 0; i < 100'000; ++i)
      if (::sendto(sender.get(), "x", 1, 0, reinterpret_cast<sockaddr*>(&a), sizeof a)
          < 0)
        return;
    BOOST_FAIL("it takes any number of messages");
  }

  /// Returns the next message, or nothing if there is none in time. Those that only tell
  /// how the pools are come in between at any time, and are left to `receive_status`.
  std::string receive() {
    std::string message;
    eventually([&] { return !(message = take()).empty(); });
    return message;
  }

  /// Returns the next message as `receive` does, or nothing if there is none now.
  std::string take() {
    for (;;) {
      auto message = take_any();
      if (!message.starts_with("STATUS="))
        return message;
      status_ = message.substr(7);
    }
  }

  /// Waits until the last word about the pools is this.
  bool receive_status(const std::string& text) {
    return eventually([&] {
      take();
      return status_ == text;
    });
  }

  /// Returns the last word about the pools.
  const std::string& status() const { return status_; }

private:
  std::string take_any() {
    char buffer[256];
    auto n = ::recv(fd_.get(), buffer, sizeof buffer, MSG_DONTWAIT);
    return n < 0 ? std::string{} : std::string(buffer, static_cast<size_t>(n));
  }

  std::string status_;

  temporary_folder folder_;
  descriptor fd_;
};

} // namespace program
