#include "broker/front/dead_socket.hpp"

#include "actors/loop/unique_fd.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <thread>

namespace troupe::front {

using namespace std::chrono_literals;
using std::chrono::steady_clock;

namespace {

/// Connects to the socket at `address`. Returns the errno of that, or 0.
int probe_socket(const sockaddr* address, socklen_t size) {
  auto probe =
      loop::unique_fd{::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)};
  return probe && ::connect(probe.get(), address, size) == 0 ? 0 : errno;
}

/// Returns whether the answer to a probe comes of somebody who listens, be it with a full
/// queue.
bool is_held(int answer) {
  return answer == 0 || answer == EAGAIN;
}

} // namespace

result<void, std::string> remove_dead_socket(const std::filesystem::path& path,
                                             const sockaddr* address, socklen_t size,
                                             std::chrono::milliseconds patience) {
  struct stat info {};
  if (::lstat(path.c_str(), &info) != 0)
    return {}; // if it cannot be looked at, `bind` says why
  if (!S_ISSOCK(info.st_mode))
    return failure("'" + path.string()
                   + "' is no socket: it was not removed, and no socket can be "
                     "made there");
  auto end = steady_clock::now() + patience;
  auto answer = probe_socket(address, size);
  while (is_held(answer) && steady_clock::now() < end) {
    std::this_thread::sleep_for(10ms);
    answer = probe_socket(address, size);
  }
  if (is_held(answer))
    return failure("another node listens on '" + path.string() + "'");
  if (answer != ECONNREFUSED)
    return failure("cannot replace the socket '" + path.string()
                   + "': " + std::strerror(answer));
  ::unlink(path.c_str());
  return {};
}

} // namespace troupe::front
