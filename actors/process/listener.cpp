#include "actors/process/listener.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <cerrno>
#include <cstring>

namespace troupe {

namespace {

namespace fs = std::filesystem;

std::string because(const std::string& what) {
  return what + ": " + std::strerror(errno);
}

/// Makes the folder of the sockets, which the user of the child must be able to pass.
void make_folder(const fs::path& folder, bool foreign_user) {
  std::error_code ec;
  fs::create_directories(folder, ec);
  fs::permissions(folder, fs::perms::owner_all, ec);
  if (!foreign_user)
    return;
  for (auto& f : {folder, folder.parent_path()})
    fs::permissions(f, fs::perms::group_exec | fs::perms::others_exec,
                    fs::perm_options::add, ec);
}

/// Returns what goes wrong, or nothing.
std::string bind_unix(int fd, const spawn_spec& spec) {
  auto text = spec.socket_path.string();
  sockaddr_un name{};
  if (text.size() >= sizeof name.sun_path)
    return "the path of its socket is longer than "
           + std::to_string(sizeof name.sun_path - 1) + " bytes: " + text
           + " (a shorter state_dir helps)";
  name.sun_family = AF_UNIX;
  text.copy(name.sun_path, text.size());
  make_folder(spec.socket_path.parent_path(), spec.as.has_value());
  ::unlink(text.c_str()); // of a node that was killed
  if (::bind(fd, reinterpret_cast<sockaddr*>(&name), sizeof name) != 0)
    return because("cannot make the socket " + text);
  // Nobody can connect before `listen`, so nobody does with other rights than these.
  if (::chmod(text.c_str(), S_IRUSR | S_IWUSR) != 0
      || (spec.as && ::chown(text.c_str(), spec.as->user, spec.as->group) != 0))
    return because("cannot set the rights of " + text);
  return {};
}

std::string bind_tcp(int fd, std::string& address) {
  sockaddr_in name{};
  name.sin_family = AF_INET;
  name.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof name;
  if (::bind(fd, reinterpret_cast<sockaddr*>(&name), sizeof name) != 0
      || ::getsockname(fd, reinterpret_cast<sockaddr*>(&name), &size) != 0)
    return because("cannot open a port of 127.0.0.1");
  address = "127.0.0.1:" + std::to_string(ntohs(name.sin_port));
  return {};
}

} // namespace

std::variant<listener, std::string> listener::open(const spawn_spec& spec) {
  auto is_unix = spec.talks == channel::unix_socket;
  listener l;
  l.peer_ = spec.as ? spec.as->user : ::geteuid();
  l.socket_.reset(::socket(is_unix ? AF_UNIX : AF_INET,
                           SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!l.socket_)
    return because("cannot make a socket");
  if (is_unix)
    l.address_ = l.path_ = spec.socket_path;
  auto why = is_unix ? bind_unix(l.socket_.get(), spec)
                     : bind_tcp(l.socket_.get(), l.address_);
  if (!why.empty())
    return why;
  if (::listen(l.socket_.get(), 8) != 0)
    return because("cannot listen on " + l.address_);
  return l;
}

listener::listener(listener&& other) noexcept
  : socket_(std::move(other.socket_))
  , address_(std::move(other.address_))
  , path_(std::exchange(other.path_, {}))
  , peer_(other.peer_) {}

listener::~listener() {
  if (!path_.empty())
    ::unlink(path_.c_str());
}

unique_fd listener::accept(int listening) const {
  unique_fd fd{::accept4(listening, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK)};
  if (!fd)
    return {};
  if (path_.empty()) {
    int on = 1;
    ::setsockopt(fd.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    return fd;
  }
  ucred who{};
  socklen_t size = sizeof who;
  if (::getsockopt(fd.get(), SOL_SOCKET, SO_PEERCRED, &who, &size) != 0
      || (who.uid != peer_ && who.uid != 0))
    return {};
  return fd;
}

} // namespace troupe
