#include "actors/os/child_ends.hpp"

#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <termios.h>

#include <cerrno>
#include <cstring>

namespace troupe::os {

namespace {

/// Moves a descriptor above the three that the child replaces.
int lift(int fd) {
  if (fd < 0 || fd > 10)
    return fd;
  auto higher = ::fcntl(fd, F_DUPFD_CLOEXEC, 11);
  ::close(fd);
  return higher;
}

bool make_pipe(pipe_ends& p, const spawn_spec& spec) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0)
    return false;
  p.read.reset(lift(ends[0]));
  p.write.reset(lift(ends[1]));
  // A program that opens /dev/stdout again needs its user's rights to the pipe.
  return p.read && p.write
         && (!spec.as
             || ::fchown(p.read.get(), spec.as->user, static_cast<gid_t>(-1)) == 0);
}

bool make_sockets(child_ends& s, const spawn_spec& spec) {
  auto type = spec.packets ? SOCK_SEQPACKET : SOCK_STREAM;
  for (uint32_t i = 0; i < spec.sockets; ++i) {
    int ends[2];
    if (::socketpair(AF_UNIX, type | SOCK_CLOEXEC, 0, ends) != 0)
      return false;
    s.sockets.emplace_back(ends[0]);
    s.inherited.emplace_back(lift(ends[1]));
    if (!s.inherited.back())
      return false;
  }
  return true;
}

/// Makes what the child reads as stdin.
bool make_input(pipe_ends& p, const spawn_spec& spec) {
  if (spec.talks == channel::stdio)
    return make_pipe(p, spec);
  p.read.reset(lift(::open("/dev/null", O_RDONLY | O_CLOEXEC)));
  return static_cast<bool>(p.read);
}

/// Opens the file that takes what the child writes. Its folder is there: its socket is in
/// it.
bool open_log(pipe_ends& p, const spawn_spec& spec) {
  auto fd =
      ::open(spec.log_path.c_str(),
             O_WRONLY | O_APPEND | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
  p.write.reset(lift(fd));
  return static_cast<bool>(p.write);
}

bool make_outputs(child_ends& e, const spawn_spec& spec) {
  return spec.outlives() ? open_log(e.output, spec)
                         : make_pipe(e.output, spec) && make_pipe(e.errors, spec);
}

void set_nonblocking(const loop::unique_fd& fd) {
  if (!fd)
    return;
  ::fcntl(fd.get(), F_SETFL, ::fcntl(fd.get(), F_GETFL) | O_NONBLOCK);
}

/// The node's side of a new terminal, twice, and the child's.
bool make_terminal(const spawn_spec& spec, pipe_ends& in, pipe_ends& out) {
  out.read.reset(lift(::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC)));
  if (!out.read || ::unlockpt(out.read.get()) != 0)
    return false;
  auto slave = ::ioctl(out.read.get(), TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC);
  if (slave < 0)
    return false;
  in.read.reset(lift(slave));
  in.write.reset(::fcntl(out.read.get(), F_DUPFD_CLOEXEC, 11));
  if (!in.read || !in.write)
    return false;
  if (spec.as && ::fchown(in.read.get(), spec.as->user, static_cast<gid_t>(-1)) != 0)
    return false;
  termios settings{};
  ::tcgetattr(in.read.get(), &settings);
  settings.c_iflag |= IUTF8; // erasing erases a character, not a byte
  ::tcsetattr(in.read.get(), TCSANOW, &settings);
  winsize size{spec.terminal->rows, spec.terminal->columns, 0, 0};
  return ::ioctl(out.read.get(), TIOCSWINSZ, &size) == 0;
}

} // namespace

result<child_ends, std::string> make_child_ends(const spawn_spec& spec) {
  child_ends e;
  auto made = spec.terminal ? make_terminal(spec, e.input, e.output)
                            : make_input(e.input, spec) && make_outputs(e, spec);
  if (!made || !make_sockets(e, spec))
    return failure((spec.terminal     ? "cannot make a terminal: "
                    : spec.outlives() ? "cannot open " + spec.log_path.string() + ": "
                                      : std::string{"cannot make pipes: "})
                   + std::strerror(errno));
  return e;
}

spawned_process take_ends(child_ends ends, pid_t pid, loop::unique_fd exit) {
  set_nonblocking(ends.input.write);
  for (auto& s : ends.sockets)
    set_nonblocking(s);
  set_nonblocking(ends.output.read);
  set_nonblocking(ends.errors.read);
  return spawned_process{pid,
                         std::move(ends.input.write),
                         std::move(ends.output.read),
                         std::move(ends.errors.read),
                         std::move(exit),
                         std::move(ends.sockets)};
}

} // namespace troupe::os
