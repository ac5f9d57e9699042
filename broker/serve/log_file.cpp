#include "broker/serve/log_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstring>

namespace troupe::serve {

result<loop::unique_fd, std::string> open_log_file(const std::filesystem::path& path,
                                                   const std::string& what) {
  // Without O_NONBLOCK, opening a named pipe waits until somebody reads it.
  loop::unique_fd fd{::open(
      path.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_NONBLOCK | O_NOCTTY | O_CLOEXEC,
      S_IRUSR | S_IWUSR | S_IRGRP)};
  struct stat info {};
  if (!fd || ::fstat(fd.get(), &info) != 0)
    return failure("cannot open the " + what + " file '" + path.string()
                   + "': " + std::strerror(errno));
  if (!S_ISREG(info.st_mode))
    return failure("'" + path.string() + "' is in the way: expected a file for the "
                   + what);
  return fd;
}

bool is_same_file(int a, int b) {
  struct stat of_a {};
  struct stat of_b {};
  return ::fstat(a, &of_a) == 0 && ::fstat(b, &of_b) == 0 && of_a.st_dev == of_b.st_dev
         && of_a.st_ino == of_b.st_ino;
}

} // namespace troupe::serve
