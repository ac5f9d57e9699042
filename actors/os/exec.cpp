#include "actors/os/exec.hpp"

#include "actors/os/birth.hpp"

#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <memory>

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

struct pipe_ends {
  loop::unique_fd read;
  loop::unique_fd write;
};

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

/// The ends of the sockets a child inherits.
struct socket_ends {
  std::vector<loop::unique_fd> node;
  std::vector<loop::unique_fd> child;
  /// The numbers that they have in the child.
  std::vector<int> numbers;
};

bool make_sockets(socket_ends& s, uint32_t count) {
  for (uint32_t i = 0; i < count; ++i) {
    int ends[2];
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
      return false;
    s.node.emplace_back(ends[0]);
    s.child.emplace_back(lift(ends[1]));
    if (!s.child.back())
      return false;
  }
  s.numbers.resize(count);
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

bool make_outputs(pipe_ends& out, pipe_ends& err, const spawn_spec& spec) {
  return spec.outlives() ? open_log(out, spec)
                         : make_pipe(out, spec) && make_pipe(err, spec);
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

spawn_result execute(const spawn_spec& spec, const rlimit& files, child_slots& slots) {
  pipe_ends in;
  pipe_ends out;
  pipe_ends err;
  socket_ends sockets;
  auto made = spec.terminal ? make_terminal(spec, in, out)
                            : make_input(in, spec) && make_outputs(out, err, spec);
  if (!made || !make_sockets(sockets, spec.sockets))
    return failure((spec.terminal     ? "cannot make a terminal: "
                    : spec.outlives() ? "cannot open " + spec.log_path.string() + ": "
                                      : std::string{"cannot make pipes: "})
                   + std::strerror(errno));
  program_start program{spec};
  auto& slave = in.read;
  auto& output = spec.terminal ? slave : out.write;
  auto& errors = err.write ? err.write : output;
  birth b{&spec,
          &program,
          slots.put(0, in.read),
          slots.put(1, output),
          slots.put(2, errors),
          sockets.numbers.data(),
          static_cast<int>(sockets.numbers.size()),
          0,
          ::getpid(),
          files};
  for (size_t i = 0; i < sockets.child.size(); ++i)
    sockets.numbers[i] = slots.put(3 + i, sockets.child[i]);
  b.highest = std::max({b.input, b.output, b.errors});
  for (auto fd : sockets.numbers)
    b.highest = std::max(b.highest, fd);
  int pidfd = -1;
  auto pid = give_birth(b, pidfd);
  auto error = errno;
  slots.clear();
  if (pid < 0)
    return failure(std::string{"cannot make a process: "} + std::strerror(error));
  loop::unique_fd exit{pidfd};
  if (b.failed_step != birth_step::none) {
    int status = 0;
    while (::waitpid(pid, &status, 0) < 0 && errno == EINTR)
      ;
    return failure(explain(b));
  }
  set_nonblocking(in.write);
  for (auto& s : sockets.node)
    set_nonblocking(s);
  set_nonblocking(out.read);
  set_nonblocking(err.read);
  return spawned_process{pid,
                         std::move(in.write),
                         std::move(out.read),
                         std::move(err.read),
                         std::move(exit),
                         std::move(sockets.node)};
}

} // namespace troupe::os
