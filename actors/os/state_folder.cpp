#include "actors/os/state_folder.hpp"

#include "protocol/base/address.hpp"
#include "protocol/base/json_text.hpp"
#include "protocol/base/payload_bytes.hpp"
#include "protocol/base/utf8.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <stdexcept>

namespace troupe::os {

namespace {

namespace fs = std::filesystem;

/// Fails with what was tried on `path` and the reason that the system gave.
[[noreturn]] void give_up(const std::string& tried, const fs::path& path) {
  throw std::runtime_error{tried + " '" + path.string() + "': " + std::strerror(errno)};
}

/// Makes the folder and those around it, where they are missing.
void make_state_folder(const fs::path& folder, bool for_others) {
  std::error_code ec;
  fs::create_directories(folder.parent_path(), ec); // what fails shows below
  constexpr mode_t passable = S_IRWXU | S_IXGRP | S_IXOTH;
  if (::mkdir(folder.c_str(), for_others ? passable : S_IRWXU) != 0) {
    if (errno != EEXIST)
      give_up("cannot make the state directory", folder);
  } else if (for_others && ::chmod(folder.c_str(), passable) != 0) { // despite a umask
    give_up("cannot set the mode of", folder);
  }
}

/// Opens the folder and looks at what was opened.
loop::unique_fd open_own(const fs::path& folder) {
  loop::unique_fd fd{::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
  struct stat info {};
  if (!fd || ::fstat(fd.get(), &info) != 0)
    give_up("cannot open the state directory", folder);
  auto refuse = [&](const std::string& why) {
    throw std::runtime_error{"the state directory '" + folder.string() + "' " + why
                             + "; give the node one of its own (node.state_dir)"};
  };
  if (info.st_uid != ::geteuid())
    refuse("belongs to another user (uid " + std::to_string(info.st_uid) + ")");
  if (info.st_mode & (S_IWGRP | S_IWOTH)) {
    char mode[8];
    std::snprintf(mode, sizeof mode, "%o", static_cast<unsigned>(info.st_mode & 07777));
    refuse("can be written to by others (mode " + std::string{mode} + ")");
  }
  return fd;
}

/// Returns who the lock's owner says it is: a node's name, or nothing.
std::string owner_named_in(int lock) {
  char text[80];
  auto n = ::pread(lock, text, sizeof text, 0);
  std::string name{text, static_cast<size_t>(std::max<ssize_t>(n, 0))};
  name.resize(std::min(name.find('\n'), name.size()));
  return is_valid_name(name) ? " " + name : std::string{};
}

loop::unique_fd lock_in(int folder, const fs::path& path, const std::string& node,
                        folder_lock kind) {
  loop::unique_fd fd{::openat(folder, "lock", O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC,
                              S_IRUSR | S_IWUSR)};
  struct stat info {};
  if (!fd || ::fstat(fd.get(), &info) != 0)
    give_up("cannot open", path / "lock");
  if (!S_ISREG(info.st_mode))
    throw std::runtime_error{"'" + (path / "lock").string()
                             + "' is in the way: expected a file"};
  struct flock wanted {};
  wanted.l_type = F_WRLCK;
  wanted.l_whence = SEEK_SET;
  auto of_process = kind == folder_lock::process;
  if (::fcntl(fd.get(), of_process ? F_SETLK : F_OFD_SETLK, &wanted) == 0) {
    auto text = node + "\n";
    if (::ftruncate(fd.get(), 0) == 0) [[maybe_unused]]
      auto n = ::pwrite(fd.get(), text.data(), text.size(), 0); // for messages alone
    return fd;
  }
  if (errno != EACCES && errno != EAGAIN)
    give_up("cannot lock", path / "lock");
  auto has_owner = ::fcntl(fd.get(), of_process ? F_GETLK : F_OFD_GETLK, &wanted) == 0
                   && wanted.l_pid > 0;
  throw std::runtime_error{"the state directory '" + path.string()
                           + "' belongs to another node" + owner_named_in(fd.get())
                           + (has_owner ? ", pid " + std::to_string(wanted.l_pid) : "")
                           + ", which runs"};
}

} // namespace

state_folder::state_folder(const fs::path& folder, const std::string& node,
                           bool for_others, folder_lock lock)
  : path_(fs::absolute(folder)) {
  printable_path(path_, "node.state_dir");
  make_state_folder(path_, for_others);
  auto opened = open_own(path_);
  lock_ = lock_in(opened.get(), path_, node, lock);
}

std::string printable_path(const fs::path& path, const std::string& what) {
  auto text = path.string();
  auto is_control = [](char c) {
    return static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
  };
  if (is_utf8(text) && std::none_of(text.begin(), text.end(), is_control))
    return text;
  throw std::runtime_error{what + ": the path " + json_string(text)
                           + " is not UTF-8 or has control characters, and could not be"
                             " told to clients; choose another"};
}

} // namespace troupe::os
