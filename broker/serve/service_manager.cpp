#include "broker/serve/service_manager.hpp"

#include "actors/loop/unique_fd.hpp"
#include "actors/loop/unix_address.hpp"

#include <sys/socket.h>

#include <chrono>
#include <cstdlib>
#include <string>

namespace troupe::serve {

void notify_service_manager(std::string_view state) {
  auto path = std::getenv("NOTIFY_SOCKET");
  auto a = loop::abstract_or_unix_address(path ? path : "");
  if (!path || !*path || !a)
    return;
  loop::unique_fd fd{::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)};
  ::sendto(fd.get(), state.data(), state.size(), MSG_NOSIGNAL | MSG_DONTWAIT,
           reinterpret_cast<sockaddr*>(&a->name), a->length);
}

void notify_reloading() {
  using namespace std::chrono;
  // On Linux that clock is CLOCK_MONOTONIC.
  auto now = duration_cast<microseconds>(steady_clock::now().time_since_epoch());
  notify_service_manager("RELOADING=1\nMONOTONIC_USEC=" + std::to_string(now.count()));
}

} // namespace troupe::serve
