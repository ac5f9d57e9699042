#include "actors/os/birth.hpp"

#include <linux/close_range.h>
#include <linux/keyctl.h>
#include <sanitizer/asan_interface.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>

namespace troupe::os {

namespace {

/// A stack for a child, with a page below it that ends the child, rather than corrupting
/// the node, if it ever grew too far.
class child_stack {
public:
  child_stack()
    : base_(
        ::mmap(nullptr, guard + size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)) {
    if (base_ != MAP_FAILED
        && ::mprotect(static_cast<char*>(base_) + guard, size, PROT_READ | PROT_WRITE)
               != 0)
      release();
  }
  ~child_stack() {
    if (base_ != MAP_FAILED)
      release();
  }
  child_stack(const child_stack&) = delete;
  child_stack& operator=(const child_stack&) = delete;

  bool is_there() const { return base_ != MAP_FAILED; }
  void* top() const { return static_cast<char*>(base_) + guard + size; }

private:
  static constexpr size_t guard = 64 * 1024; // a page, whatever its size is
  static constexpr size_t size = 64 * 1024;

  void release() {
    // The child has ended in the middle of functions. AddressSanitizer would take what is
    // mapped here next for their variables.
    ASAN_UNPOISON_MEMORY_REGION(base_, guard + size);
    ::munmap(base_, guard + size);
    base_ = MAP_FAILED;
  }

  void* base_;
};

/// By system call: the C library's functions would change every thread of the node, whose
/// memory this still is.
bool become(const run_as& who) {
  // Keys that are for the node's user. Where the kernel has no keyrings this fails.
  ::syscall(SYS_keyctl, KEYCTL_JOIN_SESSION_KEYRING, nullptr);
  return ::syscall(SYS_setgroups, who.groups.size(), who.groups.data()) == 0
         && ::syscall(SYS_setresgid, who.group, who.group, who.group) == 0
         && ::syscall(SYS_setresuid, who.user, who.user, who.user) == 0;
}

/// Returns the name of a step's system call.
std::string call_of(birth_step step) {
  constexpr std::array<const char*, static_cast<size_t>(birth_step::count_)> names = {
      "none",   "close_range", "setsid",  "TIOCSCTTY", "dup2", "setrlimit",
      "setuid", "prctl",       "getppid", "chdir",     "exec"};
  return names[static_cast<size_t>(step)];
}

/// Returns after a step failed; the child exits then.
void be_born(birth& b) {
  auto fail = [&](birth_step step) {
    b.failed_step = step;
    b.error = errno;
  };
  // Until now its descriptors are those of the node. It gets a copy of the few that it
  // needs: copying them all, to close them, would take as long as the node has many.
  if (::close_range(static_cast<unsigned>(b.highest) + 1, ~0U, CLOSE_RANGE_UNSHARE) != 0)
    return fail(birth_step::close_range);
  // A `setsid` group of its own, so that the node's terminal is not the child's.
  if (::setsid() < 0)
    return fail(birth_step::setsid);
  if (b.spec->terminal && ::ioctl(b.input, TIOCSCTTY, 0) != 0)
    return fail(birth_step::set_terminal);
  // The ends are above 10, so no dup2 overwrites the next one's source.
  if (::dup2(b.input, 0) < 0 || ::dup2(b.output, 1) < 0 || ::dup2(b.errors, 2) < 0)
    return fail(birth_step::dup2);
  for (int i = 0; i < b.socket_count; ++i)
    if (::dup2(b.sockets[i], 3 + i) < 0)
      return fail(birth_step::dup2);
  if (::close_range(3 + static_cast<unsigned>(b.socket_count), ~0U, 0) != 0)
    return fail(birth_step::close_range);
  for (int sig = 1; sig < NSIG; ++sig)
    if (sig != SIGKILL && sig != SIGSTOP)
      ::signal(sig, SIG_DFL);
  ::setrlimit(RLIMIT_NOFILE, &b.files);
  for (auto& l : b.spec->limits) {
    rlimit both{l.value, l.value};
    if (::setrlimit(static_cast<__rlimit_resource_t>(l.resource), &both) != 0)
      return fail(birth_step::setrlimit);
  }
  if (b.spec->as && !become(*b.spec->as))
    return fail(birth_step::setuid);
  if (!b.spec->may_gain_privileges && ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
    return fail(birth_step::prctl);
  if (!b.spec->outlives()) {
    // After the change of user, which would take it back.
    if (::prctl(PR_SET_PDEATHSIG, SIGKILL) != 0)
      return fail(birth_step::prctl);
    if (::getppid() != b.node) // the node died before the line above
      return fail(birth_step::getppid);
  }
  if (::chdir(b.spec->cwd.c_str()) != 0)
    return fail(birth_step::enter_folder);
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  b.program->run();
  fail(birth_step::exec);
}

int birth_main(void* arg) {
  be_born(*static_cast<birth*>(arg));
  ::_exit(127);
}

} // namespace

pid_t give_birth(birth& b, int& pidfd) {
  child_stack stack;
  if (!stack.is_there())
    return -1;
  // No handler of the node may run in the child.
  sigset_t all;
  sigset_t before;
  ::sigfillset(&all);
  ::pthread_sigmask(SIG_SETMASK, &all, &before);
  auto pid =
      ::clone(birth_main, stack.top(),
              CLONE_VM | CLONE_VFORK | CLONE_FILES | CLONE_PIDFD | SIGCHLD, &b, &pidfd);
  auto error = errno;
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
  errno = error;
  return pid;
}

std::string explain(const birth& b) {
  if (b.failed_step == birth_step::exec)
    return b.program->explain();
  if (b.failed_step == birth_step::enter_folder)
    return "cannot enter '" + b.spec->cwd.string() + "': " + std::strerror(b.error);
  return "cannot start '" + b.spec->argv[0] + "': " + call_of(b.failed_step) + ": "
         + std::strerror(b.error);
}

} // namespace troupe::os
