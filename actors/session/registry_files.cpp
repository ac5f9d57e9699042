#include "actors/session/registry_files.hpp"

#include "actors/loop/unique_fd.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace troupe::session {

result<void, std::string> protect_registry(const std::filesystem::path& path) {
  for (auto suffix : {"", "-wal", "-shm", "-journal"}) {
    auto file = path.string() + suffix;
    struct stat info {};
    if (::lstat(file.c_str(), &info) != 0)
      continue;
    if (!S_ISREG(info.st_mode) || info.st_uid != ::geteuid())
      return failure("'" + file
                     + "' is in the way: expected a file of this user's, and no"
                     + " link to one");
    if ((info.st_mode & 0077) != 0 && ::chmod(file.c_str(), 0600) != 0)
      return failure("cannot set the mode of '" + file + "': " + std::strerror(errno));
  }
  // SQLite gives its other files the mode of this one.
  loop::unique_fd made{
      ::open(path.c_str(), O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, S_IRUSR | S_IWUSR)};
  if (!made)
    return failure("cannot open '" + path.string() + "': " + std::strerror(errno));
  return {};
}

} // namespace troupe::session
