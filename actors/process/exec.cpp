#include "actors/process/exec.hpp"

#include <fcntl.h>
#include <linux/close_range.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <memory>

namespace troupe {

namespace {

/// What the child needs between its birth and its program. It shares the node's memory
/// (but not its thread) during that time, so it only reads this and writes the two
/// results; it must not allocate or lock.
struct birth {
  const char* cwd;
  char* const* argv;
  char* const* envp;
  int input;
  int output;
  int errors;
  const int* sockets;
  int socket_count;
  pid_t node;
  const spawn_spec* spec;
  rlimit files;
  // Results.
  const char* failed_step = nullptr;
  int error = 0;
};

/// By system call: the C library's functions would change every thread of the node, whose
/// memory this still is.
bool become(const run_as& who) {
  return ::syscall(SYS_setgroups, who.groups.size(), who.groups.data()) == 0
         && ::syscall(SYS_setresgid, who.group, who.group, who.group) == 0
         && ::syscall(SYS_setresuid, who.user, who.user, who.user) == 0;
}

/// Returns after a step failed; the child exits then.
void be_born(birth& b) {
  auto fail = [&](const char* step) {
    b.failed_step = step;
    b.error = errno;
  };
  // A session is a group as well. The terminal becomes its controlling one.
  if (b.spec->terminal) {
    if (::setsid() < 0 || ::ioctl(b.input, TIOCSCTTY, 0) != 0)
      return fail("setsid");
  } else if (::setpgid(0, 0) != 0) {
    return fail("setpgid");
  }
  // The pipes' ends are above 2 (see `lift`), so no dup2 overwrites the next one's
  // source.
  if (::dup2(b.input, 0) < 0 || ::dup2(b.output, 1) < 0 || ::dup2(b.errors, 2) < 0)
    return fail("dup2");
  for (int i = 0; i < b.socket_count; ++i)
    if (::dup2(b.sockets[i], 3 + i) < 0)
      return fail("dup2");
  if (::close_range(3 + static_cast<unsigned>(b.socket_count), ~0U, 0) != 0)
    return fail("close_range");
  for (int sig = 1; sig < NSIG; ++sig)
    if (sig != SIGKILL && sig != SIGSTOP)
      ::signal(sig, SIG_DFL);
  ::setrlimit(RLIMIT_NOFILE, &b.files);
  for (auto& l : b.spec->limits) {
    rlimit both{l.value, l.value};
    if (::setrlimit(static_cast<__rlimit_resource_t>(l.resource), &both) != 0)
      return fail("setrlimit");
  }
  if (b.spec->as && !become(*b.spec->as))
    return fail("setuid");
  if (!b.spec->may_gain_privileges && ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
    return fail("prctl");
  if (!b.spec->outlives()) {
    // After the change of user, which would take it back.
    if (::prctl(PR_SET_PDEATHSIG, SIGKILL) != 0)
      return fail("prctl");
    if (::getppid() != b.node) // the node died before the line above
      return fail("getppid");
  }
  if (::chdir(b.cwd) != 0)
    return fail("cwd");
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  ::execvpe(b.argv[0], b.argv, b.envp);
  fail("exec");
}

int birth_main(void* arg) {
  be_born(*static_cast<birth*>(arg));
  ::_exit(127);
}

std::vector<char*> c_strings(const std::vector<std::string>& from) {
  std::vector<char*> out;
  out.reserve(from.size() + 1);
  for (auto& s : from)
    out.push_back(const_cast<char*>(s.c_str()));
  out.push_back(nullptr);
  return out;
}

/// Moves a descriptor above the three that the child replaces.
int lift(int fd) {
  if (fd > 10)
    return fd;
  auto higher = ::fcntl(fd, F_DUPFD_CLOEXEC, 11);
  ::close(fd);
  return higher;
}

struct pipe_ends {
  unique_fd read;
  unique_fd write;
};

bool make_pipe(pipe_ends& p) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0)
    return false;
  p.read.reset(lift(ends[0]));
  p.write.reset(lift(ends[1]));
  return p.read && p.write;
}

/// The ends of the sockets a child inherits.
struct socket_ends {
  std::vector<unique_fd> node;
  std::vector<unique_fd> child;
  /// The descriptors of `child`.
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
    s.numbers.push_back(s.child.back().get());
  }
  return true;
}

/// Makes what the child reads as stdin.
bool make_input(pipe_ends& p, const spawn_spec& spec) {
  if (spec.talks == channel::stdio)
    return make_pipe(p);
  auto fd = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
  p.read.reset(fd < 0 ? fd : lift(fd));
  return static_cast<bool>(p.read);
}

/// Opens the file that takes what the child writes. Its folder is there: its socket is in
/// it.
bool open_log(pipe_ends& p, const spawn_spec& spec) {
  auto fd =
      ::open(spec.log_path.c_str(),
             O_WRONLY | O_APPEND | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
  p.write.reset(fd < 0 ? fd : lift(fd));
  return static_cast<bool>(p.write);
}

bool make_outputs(pipe_ends& out, pipe_ends& err, const spawn_spec& spec) {
  return spec.outlives() ? open_log(out, spec) : make_pipe(out) && make_pipe(err);
}

void set_nonblocking(const unique_fd& fd) {
  if (!fd)
    return;
  ::fcntl(fd.get(), F_SETFL, ::fcntl(fd.get(), F_GETFL) | O_NONBLOCK);
}

std::string explain(const birth& b, const spawn_spec& spec) {
  std::string step = b.failed_step;
  if (step == "exec")
    return "cannot run '" + spec.argv[0] + "': " + std::strerror(b.error);
  if (step == "cwd")
    return "cannot enter '" + spec.cwd.string() + "': " + std::strerror(b.error);
  return "cannot start '" + spec.argv[0] + "': " + step + ": " + std::strerror(b.error);
}

/// Makes the process. On success returns its pid and sets `pidfd`.
pid_t give_birth(birth& b, int& pidfd) {
  // It runs on a stack of its own until its program replaces it.
  constexpr size_t stack_size = 64 * 1024;
  auto stack = std::make_unique<std::array<char, stack_size>>();
  // No handler of the node may run in the child.
  sigset_t all;
  sigset_t before;
  ::sigfillset(&all);
  ::pthread_sigmask(SIG_SETMASK, &all, &before);
  auto pid = ::clone(birth_main, stack->data() + stack_size,
                     CLONE_VM | CLONE_VFORK | CLONE_PIDFD | SIGCHLD, &b, &pidfd);
  auto error = errno;
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
  errno = error;
  return pid;
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

spawn_result execute(const spawn_spec& spec, const rlimit& files) {
  pipe_ends in;
  pipe_ends out;
  pipe_ends err;
  socket_ends sockets;
  auto made = spec.terminal ? make_terminal(spec, in, out)
                            : make_input(in, spec) && make_outputs(out, err, spec);
  if (!made || !make_sockets(sockets, spec.sockets))
    return (spec.terminal     ? "cannot make a terminal: "
            : spec.outlives() ? "cannot open " + spec.log_path.string() + ": "
                              : std::string{"cannot make pipes: "})
           + std::strerror(errno);
  auto argv = c_strings(spec.argv);
  auto envp = c_strings(spec.env);
  auto slave = in.read.get();
  birth b{spec.cwd.c_str(),
          argv.data(),
          envp.data(),
          slave,
          spec.terminal ? slave : out.write.get(),
          spec.terminal ? slave
          : err.write   ? err.write.get()
                        : out.write.get(),
          sockets.numbers.data(),
          static_cast<int>(sockets.numbers.size()),
          ::getpid(),
          &spec,
          files};
  int pidfd = -1;
  auto pid = give_birth(b, pidfd);
  if (pid < 0)
    return std::string{"cannot make a process: "} + std::strerror(errno);
  unique_fd exit{pidfd};
  if (b.failed_step) {
    int status = 0;
    while (::waitpid(pid, &status, 0) < 0 && errno == EINTR)
      ;
    return explain(b, spec);
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

} // namespace troupe
