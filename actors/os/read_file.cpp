#include "actors/os/read_file.hpp"

#include "actors/loop/unique_fd.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <memory>

namespace troupe::os {

std::string read_file(const std::string& path) {
  loop::unique_fd fd{::open(path.c_str(), O_RDONLY | O_CLOEXEC)};
  std::string text;
  char block[4096];
  while (fd) {
    auto n = ::read(fd.get(), block, sizeof block);
    if (n < 0 && errno == EINTR)
      continue;
    if (n < 0)
      return {};
    if (n == 0)
      break;
    text.append(block, static_cast<size_t>(n));
  }
  return text;
}

std::vector<std::string> list_folder(const std::string& path) {
  std::unique_ptr<DIR, int (*)(DIR*)> folder{::opendir(path.c_str()), ::closedir};
  std::vector<std::string> names;
  while (folder) {
    auto entry = ::readdir(folder.get());
    if (!entry)
      break;
    std::string name{entry->d_name};
    if (name != "." && name != "..")
      names.push_back(std::move(name));
  }
  return names;
}

} // namespace troupe::os
