#include "actors/os/private_folder.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace troupe::os {

result<void, std::string> make_private_folder(const std::filesystem::path& folder) {
  auto failed = [&] {
    return failure("cannot make the folder " + folder.string() + ": "
                   + std::strerror(errno));
  };
  if (::mkdir(folder.c_str(), S_IRWXU) == 0)
    return {};
  struct stat info {};
  if (errno != EEXIST || ::lstat(folder.c_str(), &info) != 0)
    return failed();
  if (!S_ISDIR(info.st_mode))
    return failure(folder.string()
                   + " is in the way: expected a folder, and no link to one");
  if (info.st_uid != ::geteuid())
    return failure(folder.string() + " belongs to another user (uid "
                   + std::to_string(info.st_uid) + ")");
  constexpr mode_t allowed = S_IRWXU | S_IXGRP | S_IXOTH;
  auto mode = (info.st_mode & allowed) | S_IRWXU;
  if ((info.st_mode & 07777) != mode && ::chmod(folder.c_str(), mode) != 0)
    return failed();
  return {};
}

} // namespace troupe::os
