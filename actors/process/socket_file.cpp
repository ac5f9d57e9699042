#include "actors/process/socket_file.hpp"

#include <sys/socket.h>
#include <unistd.h>

namespace troupe {

namespace {

namespace fs = std::filesystem;

void make_folder(const fs::path& folder, const spawn_spec& spec) {
  std::error_code ec;
  fs::create_directories(folder, ec);
  fs::permissions(folder, fs::perms::owner_all, ec);
  if (!spec.as)
    return;
  auto binds = spec.talks == channel::served;
  if (binds) [[maybe_unused]]
    auto failed = ::chown(folder.c_str(), spec.as->user, spec.as->group);
  auto first = binds ? folder.parent_path() : folder;
  for (auto& f : {first, first.parent_path()})
    fs::permissions(f, fs::perms::group_exec | fs::perms::others_exec,
                    fs::perm_options::add, ec);
}

} // namespace

std::variant<socket_file, std::string> socket_file::prepare(const spawn_spec& spec) {
  auto text = spec.socket_path.string();
  constexpr auto room = sizeof(sockaddr_un::sun_path);
  if (text.size() >= room)
    return "the path of its socket is longer than " + std::to_string(room - 1)
           + " bytes: " + text + " (a shorter state_dir helps)";
  make_folder(spec.socket_path.parent_path(), spec);
  ::unlink(text.c_str()); // of a node that was killed
  return socket_file{spec.socket_path};
}

socket_file::~socket_file() {
  if (!path_.empty())
    ::unlink(path_.c_str());
}

sockaddr_un socket_file::address() const {
  sockaddr_un name{};
  name.sun_family = AF_UNIX;
  path_.string().copy(name.sun_path, sizeof name.sun_path - 1);
  return name;
}

} // namespace troupe
