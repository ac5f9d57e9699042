#include "broker/front/dead_socket.hpp"

#include "actors/loop/unique_fd.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <thread>

namespace troupe::front {

using namespace std::chrono_literals;
using std::chrono::steady_clock;

namespace {

/// How long a socket that somebody listens on is looked at.
constexpr auto last_hold = 500ms;

/// Connects to the socket at `address`. Returns the errno of that, or 0.
int probe_socket(const sockaddr* address, socklen_t size) {
  auto probe =
      loop::unique_fd{::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)};
  return ::connect(probe.get(), address, size) == 0 ? 0 : errno;
}

} // namespace

result<void, std::string> remove_dead_socket(const std::filesystem::path& path,
                                             const sockaddr* address, socklen_t size) {
  struct stat info {};
  if (::lstat(path.c_str(), &info) != 0)
    return {}; // if it cannot be looked at, `bind` says why
  if (!S_ISSOCK(info.st_mode))
    return failure("'" + path.string()
                   + "' is no socket: it was not removed, and no socket can be "
                     "made there");
  // Any answer but a refusal comes of somebody who listens, in whatever way. A child that
  // a killed node was starting holds the socket until its program begins.
  auto answer = probe_socket(address, size);
  for (auto end = steady_clock::now() + last_hold;
       (answer == 0 || answer == EAGAIN) && steady_clock::now() < end;
       answer = probe_socket(address, size))
    std::this_thread::sleep_for(10ms);
  if (answer == 0 || answer == EAGAIN)
    return failure("another node listens on '" + path.string() + "'");
  if (answer != ECONNREFUSED)
    return failure("cannot replace the socket '" + path.string()
                   + "': " + std::strerror(answer));
  ::unlink(path.c_str());
  return {};
}

} // namespace troupe::front
