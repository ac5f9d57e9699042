#include "broker/serve/service_manager.hpp"

#include "actors/loop/unique_fd.hpp"
#include "actors/loop/unix_address.hpp"

#include <sys/socket.h>
#include <unistd.h>

#include <charconv>
#include <cstdlib>
#include <string>

namespace troupe::serve {

namespace {

/// Returns a variable of the environment as a whole number; nothing if it is none.
std::optional<int64_t> number_in(const char* variable) {
  std::string_view text = std::getenv(variable) ? std::getenv(variable) : "";
  int64_t value = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size())
    return std::nullopt;
  return value;
}

} // namespace

void notify_service_manager(std::string_view state) {
  auto path = std::getenv("NOTIFY_SOCKET");
  auto a = loop::abstract_or_unix_address(path ? path : "");
  if (!path || !*path || !a)
    return;
  loop::unique_fd fd{::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)};
  ::sendto(fd.get(), state.data(), state.size(), MSG_NOSIGNAL | MSG_DONTWAIT,
           reinterpret_cast<sockaddr*>(&a->name), a->length);
}

bool has_service_manager() {
  auto path = std::getenv("NOTIFY_SOCKET");
  return path && *path;
}

void notify_reloading() {
  using namespace std::chrono;
  // On Linux that clock is CLOCK_MONOTONIC.
  auto now = duration_cast<microseconds>(steady_clock::now().time_since_epoch());
  notify_service_manager("RELOADING=1\nMONOTONIC_USEC=" + std::to_string(now.count()));
}

std::optional<std::chrono::microseconds> watchdog_timeout() {
  auto timeout = number_in("WATCHDOG_USEC");
  // A process that only inherited the variables is not watched.
  if (!timeout || *timeout <= 0
      || number_in("WATCHDOG_PID").value_or(::getpid()) != ::getpid())
    return std::nullopt;
  return std::chrono::microseconds{*timeout};
}

} // namespace troupe::serve
