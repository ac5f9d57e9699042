#include "actors/os/open_beneath.hpp"

#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <string>
#include <string_view>

namespace troupe::os {

namespace {

using loop::unique_fd;

// A pipe without a writer opens at once.
constexpr int reading = O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK;

unique_fd if_regular(unique_fd file) {
  struct stat info {};
  if (file && ::fstat(file.get(), &info) == 0 && S_ISREG(info.st_mode))
    return file;
  return {};
}

} // namespace

unique_fd open_beneath(int folder, const char* path) {
  open_how how{};
  how.flags = reading;
  how.resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS;
  auto fd = ::syscall(SYS_openat2, folder, path, &how, sizeof how);
  // A container's filter answers EPERM to calls that it does not know.
  if (fd < 0 && (errno == ENOSYS || errno == EPERM))
    return open_beneath_by_steps(folder, path);
  return if_regular(unique_fd{static_cast<int>(fd)});
}

unique_fd open_beneath_by_steps(int folder, const char* path) {
  unique_fd above;
  std::string_view rest{path};
  for (;;) {
    std::string step{rest.substr(0, rest.find('/'))};
    auto is_last = step.size() == rest.size();
    if (step.empty() || step == "." || step == "..")
      return {};
    auto flags = is_last ? reading : O_PATH | O_DIRECTORY | O_CLOEXEC;
    unique_fd next{
        ::openat(above ? above.get() : folder, step.c_str(), flags | O_NOFOLLOW)};
    if (is_last || !next)
      return if_regular(std::move(next));
    above = std::move(next);
    rest.remove_prefix(step.size() + 1);
  }
}

} // namespace troupe::os
