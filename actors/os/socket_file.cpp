#include "actors/os/socket_file.hpp"

#include "actors/loop/unix_address.hpp"
#include "actors/os/private_folder.hpp"

#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace troupe::os {

namespace {

namespace fs = std::filesystem;

/// Returns whether a process of `who` may pass through a folder, as far as modes tell.
bool may_pass(const struct stat& folder, const run_as& who) {
  if (who.user == 0)
    return true;
  if (folder.st_uid == who.user)
    return folder.st_mode & S_IXUSR;
  auto in_group = folder.st_gid == who.group
                  || std::find(who.groups.begin(), who.groups.end(), folder.st_gid)
                         != who.groups.end();
  return folder.st_mode & (in_group ? S_IXGRP : S_IXOTH);
}

/// Makes the folder of the sockets of all workers passable for the user of this one. The
/// folder around it is the operator's: its mode stays, and may be wrong.
result<void, std::string> let_pass(const fs::path& sockets, const run_as& who) {
  std::error_code ec;
  fs::permissions(sockets, fs::perms::group_exec | fs::perms::others_exec,
                  fs::perm_options::add, ec);
  auto around = sockets.parent_path();
  struct stat info {};
  if (::stat(around.c_str(), &info) != 0 || may_pass(info, who))
    return {};
  return failure("user " + std::to_string(who.user) + " may not pass through "
                 + around.string() + " to its socket: `chmod go+x` lets it");
}

/// Makes the folder in which a child of another user opens its own socket.
result<void, std::string> make_folder_of(const fs::path& folder, const run_as& who) {
  struct stat info {};
  auto made = ::mkdir(folder.c_str(), S_IRWXU) == 0 || errno == EEXIST;
  if (!made || ::lstat(folder.c_str(), &info) != 0)
    return failure("cannot make the folder " + folder.string() + ": "
                   + std::strerror(errno));
  if (!S_ISDIR(info.st_mode))
    return failure(folder.string()
                   + " is in the way: expected a folder, and no link to one");
  if (::lchown(folder.c_str(), who.user, who.group) != 0)
    return failure("cannot give the folder " + folder.string() + " to user "
                   + std::to_string(who.user) + ": " + std::strerror(errno));
  return {};
}

result<void, std::string> make_folder(const fs::path& folder, const spawn_spec& spec) {
  auto binds = spec.as && spec.talks == channel::served;
  auto sockets = binds ? folder.parent_path() : folder;
  std::error_code ec;
  fs::create_directories(sockets.parent_path(), ec);
  auto made = make_private_folder(sockets);
  if (made && spec.as)
    made = let_pass(sockets, *spec.as);
  if (made && binds)
    made = make_folder_of(folder, *spec.as);
  return made;
}

} // namespace

result<socket_file, std::string> socket_file::prepare(const spawn_spec& spec) {
  auto text = spec.socket_path.string();
  if (!loop::unix_address(text))
    return failure("the path of its socket is longer than "
                   + std::to_string(loop::longest_socket_path) + " bytes: " + text
                   + " (a shorter state_dir helps)");
  if (auto made = make_folder(spec.socket_path.parent_path(), spec); !made)
    return failure(std::move(made).error());
  ::unlink(text.c_str()); // of a node that was killed
  return socket_file{spec.socket_path};
}

socket_file::~socket_file() {
  if (!path_.empty())
    ::unlink(path_.c_str());
}

sockaddr_un socket_file::address() const {
  return loop::unix_address(path_.string()).value_or(sockaddr_un{});
}

} // namespace troupe::os
