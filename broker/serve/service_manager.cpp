#include "broker/serve/service_manager.hpp"

#include "actors/loop/unique_fd.hpp"
#include "actors/loop/unix_address.hpp"

#include <sys/socket.h>
#include <sys/un.h>

#include <chrono>
#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <string>

namespace troupe::serve {

void notify_service_manager(std::string_view state) {
  auto path = std::getenv("NOTIFY_SOCKET");
  auto size = path ? std::strlen(path) : 0;
  auto a = loop::unix_address(path ? path : "");
  if (size == 0 || !a)
    return;
  if (a->sun_path[0] == '@') // an abstract name
    a->sun_path[0] = '\0';
  loop::unique_fd fd{::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)};
  auto length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + size);
  ::sendto(fd.get(), state.data(), state.size(), MSG_NOSIGNAL | MSG_DONTWAIT,
           reinterpret_cast<sockaddr*>(&*a), length);
}

void notify_reloading() {
  using namespace std::chrono;
  // On Linux that clock is CLOCK_MONOTONIC.
  auto now = duration_cast<microseconds>(steady_clock::now().time_since_epoch());
  notify_service_manager("RELOADING=1\nMONOTONIC_USEC=" + std::to_string(now.count()));
}

} // namespace troupe::serve
