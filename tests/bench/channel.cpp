#include "tests/bench/channel.hpp"

#include "tests/bench/tcp.hpp"
#include "tests/unix_socket_name.hpp"

#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace troupe::bench {

void fail(const std::string& what) {
  throw std::system_error{errno, std::generic_category(), what};
}

int unix_socket(const std::string& path, bool listens) {
  auto address = troupe::testing::unix_socket_name(path);
  auto at = reinterpret_cast<sockaddr*>(&address);
  auto fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0
      || (listens ? bind(fd, at, sizeof address) != 0 || listen(fd, 1) != 0
                  : connect(fd, at, sizeof address) != 0))
    fail(path);
  return fd;
}

channel channel::to_socket(const std::string& path) {
  auto fd = unix_socket(path, false);
  return {fd, fd, 0};
}

channel channel::to_tcp(const std::string& address) {
  auto fd = connect_to(address);
  return {fd, fd, 0};
}

channel::channel(channel&& other) noexcept
  : in_(std::exchange(other.in_, -1))
  , out_(std::exchange(other.out_, -1))
  , child_(std::exchange(other.child_, 0)) {}

channel channel::to_child(std::vector<std::string> command) {
  std::vector<char*> words;
  for (auto& word : command)
    words.push_back(word.data());
  words.push_back(nullptr);
  int to[2];
  int from[2];
  if (pipe2(to, O_CLOEXEC) != 0 || pipe2(from, O_CLOEXEC) != 0)
    fail("pipe2");
  auto child = fork();
  if (child < 0)
    fail("fork");
  if (child == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL); // for when this program is killed
    dup2(to[0], STDIN_FILENO);
    dup2(from[1], STDOUT_FILENO);
    execvp(words[0], words.data());
    _exit(127);
  }
  close(to[0]);
  close(from[1]);
  fcntl(to[1], F_SETFL, O_NONBLOCK);
  return {from[0], to[1], child};
}

channel::~channel() {
  if (child_ > 0) {
    kill(child_, SIGKILL);
    waitpid(child_, nullptr, 0);
  }
  if (in_ >= 0)
    close(in_);
  if (out_ >= 0 && out_ != in_)
    close(out_);
}

size_t channel::read(char* to, size_t size) {
  for (;;) {
    auto n = ::read(in_, to, size);
    if (n > 0)
      return static_cast<size_t>(n);
    if (n == 0) {
      errno = ECONNRESET;
      fail("the other side closed the stream");
    }
    if (errno != EINTR)
      fail("read");
  }
}

size_t channel::write(std::string_view bytes) {
  auto n = in_ == out_
               ? send(out_, bytes.data(), bytes.size(), MSG_DONTWAIT | MSG_NOSIGNAL)
               : ::write(out_, bytes.data(), bytes.size());
  if (n >= 0)
    return static_cast<size_t>(n);
  if (errno != EAGAIN && errno != EINTR)
    fail("write");
  return 0;
}

bool channel::wait() {
  pollfd fds[] = {{in_, POLLIN, 0}, {out_, POLLOUT, 0}};
  if (poll(fds, 2, -1) < 0 && errno != EINTR)
    fail("poll");
  return (fds[0].revents & (POLLIN | POLLHUP | POLLERR)) != 0;
}

} // namespace troupe::bench
