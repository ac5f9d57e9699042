// Preloaded into a node: kills it at the write to the registry of sessions whose number
// is in KILL_AT_WRITE, before that write or (an odd number) in the middle of it. Where
// FAIL_TO_PUBLISH is set, connection.json cannot be put in its place.
#include <dlfcn.h>
#include <sys/types.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <string>

namespace {

using pwrite_function = ssize_t (*)(int, const void*, size_t, off64_t);

bool is_registry(int fd) {
  char path[4096];
  auto link = "/proc/self/fd/" + std::to_string(fd);
  auto n = ::readlink(link.c_str(), path, sizeof path - 1);
  if (n <= 0)
    return false;
  path[n] = '\0';
  return std::strstr(path, "/sessions.db") != nullptr;
}

ssize_t write_or_die(int fd, const void* bytes, size_t size, off64_t at) {
  static const auto real =
      reinterpret_cast<pwrite_function>(::dlsym(RTLD_NEXT, "pwrite64"));
  static const auto fatal = [] {
    auto text = std::getenv("KILL_AT_WRITE");
    return text ? std::atol(text) : 0;
  }();
  static std::atomic<long> count{0};
  if (is_registry(fd) && ++count == fatal) {
    if (fatal % 2 == 1)
      real(fd, bytes, size / 2, at);
    ::kill(::getpid(), SIGKILL);
  }
  return real(fd, bytes, size, at);
}

} // namespace

extern "C" {
int rename(const char* from, const char* to) {
  using function = int (*)(const char*, const char*);
  static const auto real = reinterpret_cast<function>(::dlsym(RTLD_NEXT, "rename"));
  if (!std::getenv("FAIL_TO_PUBLISH") || !std::strstr(to, "/connection.json"))
    return real(from, to);
  errno = ENOSPC;
  return -1;
}
ssize_t pwrite64(int fd, const void* bytes, size_t size, off64_t at) {
  return write_or_die(fd, bytes, size, at);
}
ssize_t pwrite(int fd, const void* bytes, size_t size, off_t at) {
  return write_or_die(fd, bytes, size, at);
}
}
