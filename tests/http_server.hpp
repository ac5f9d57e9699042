#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <stdexcept>
#include <string>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

/// For all tests. Uses nothing of the project, so that tests cannot share its faults.
namespace troupe::testing {

/// A request as the server has got it.
struct posted_request {
  std::string head;
  std::string body;
  /// The number of its connection, from 0.
  size_t connection = 0;
  std::chrono::steady_clock::time_point time;
};

/// What the server does with a request.
struct scripted_reply {
  /// Sent as they are; none: it stays silent.
  std::string bytes = {};
  /// Whether it closes the connection after them.
  bool closes = false;
};

/// Returns an answer with this status and body.
inline scripted_reply http_reply(int status, const std::string& headers = {},
                                 const std::string& body = {}) {
  return {"HTTP/1.1 " + std::to_string(status) + " Scripted\r\n" + headers
          + "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body};
}

/// A server of HTTP at a port of 127.0.0.1 that answers as the test says, and remembers
/// what it was sent. It has a thread of its own.
class http_server {
public:
  /// Is called on the server's thread with a request and its number, from 0.
  using script = std::function<scripted_reply(const posted_request&, size_t)>;

  explicit http_server(script answer)
    : script_(std::move(answer)) {
    listen_again();
    thread_ = std::thread{[this] { run(); }};
  }

  ~http_server() {
    stopped_ = true;
    thread_.join();
    for (auto& [fd, c] : open_)
      ::close(fd);
    if (listener_ >= 0)
      ::close(listener_);
  }
  http_server(const http_server&) = delete;
  http_server& operator=(const http_server&) = delete;

  int port() const { return port_; }
  std::string url(const std::string& path = "/hook") const {
    return "http://127.0.0.1:" + std::to_string(port_) + path;
  }

  /// Refuses connections from now on, and drops those that are open.
  void refuse() {
    std::lock_guard lock{mutex_};
    ::shutdown(listener_, SHUT_RDWR); // or it would live on in `poll`
    ::close(std::exchange(listener_, -1));
    for (auto& [fd, c] : open_)
      ::close(fd);
    open_.clear();
  }

  /// Listens, at the same port as before.
  void listen_again() {
    std::lock_guard lock{mutex_};
    listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    int one = 1;
    ::setsockopt(listener_, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    auto name = address(port_);
    auto at = reinterpret_cast<sockaddr*>(&name);
    socklen_t size = sizeof name;
    if (::bind(listener_, at, size) != 0 || ::listen(listener_, 16) != 0)
      throw std::system_error{errno, std::generic_category(), "listen"};
    ::getsockname(listener_, at, &size);
    port_ = ntohs(name.sin_port);
  }

  /// Returns the first `n` requests; throws if they do not come in time.
  std::vector<posted_request> wait_for(size_t n) {
    return wait_until([n](auto& all) { return all.size() >= n; });
  }

  /// Waits until what was sent is as `holds` says; returns it.
  std::vector<posted_request>
  wait_until(const std::function<bool(const std::vector<posted_request>&)>& holds) {
    std::unique_lock lock{requests_mutex_};
    if (!changed_.wait_for(lock, std::chrono::seconds{20}, [&] { return holds(all_); }))
      throw std::runtime_error{
          "the requests that were waited for have not come; there are "
          + std::to_string(all_.size())};
    return all_;
  }

  std::vector<posted_request> requests() const {
    std::lock_guard lock{requests_mutex_};
    return all_;
  }

private:
  struct connection {
    size_t number = 0;
    std::string in;
  };

  static sockaddr_in address(int port) {
    sockaddr_in name{};
    name.sin_family = AF_INET;
    name.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    name.sin_port = htons(static_cast<uint16_t>(port));
    return name;
  }

  void run() {
    while (!stopped_) {
      std::vector<pollfd> all;
      {
        std::lock_guard lock{mutex_};
        if (listener_ >= 0)
          all.push_back({listener_, POLLIN, 0});
        for (auto& [fd, c] : open_)
          all.push_back({fd, POLLIN, 0});
      }
      ::poll(all.data(), all.size(), 10); // then looks whether the test is over
      std::lock_guard lock{mutex_};
      for (auto& p : all)
        if (p.revents != 0 && p.fd == listener_)
          accept();
        else if (p.revents != 0 && open_.count(p.fd) > 0)
          read(p.fd);
    }
  }

  void accept() {
    auto fd = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (fd >= 0)
      open_[fd] = {connections_++, {}};
  }

  void read(int fd) {
    char space[64 * 1024];
    auto n = ::recv(fd, space, sizeof space, MSG_DONTWAIT);
    if (n < 0 && errno == EAGAIN)
      return;
    if (n <= 0)
      return drop(fd);
    auto& c = open_[fd];
    c.in.append(space, static_cast<size_t>(n));
    while (open_.count(fd) > 0 && take_request(fd, c)) {
    }
  }

  /// Returns whether there may be another one.
  bool take_request(int fd, connection& c) {
    auto end = c.in.find("\r\n\r\n");
    if (end == std::string::npos)
      return false;
    auto head = c.in.substr(0, end + 2);
    auto at = head.find("Content-Length: ");
    auto length = at == std::string::npos ? 0 : std::stoul(head.substr(at + 16));
    if (c.in.size() < end + 4 + length)
      return false;
    posted_request r{head, c.in.substr(end + 4, length), c.number,
                     std::chrono::steady_clock::now()};
    c.in.erase(0, end + 4 + length);
    size_t number = 0;
    {
      std::lock_guard lock{requests_mutex_};
      number = all_.size();
      all_.push_back(r);
      changed_.notify_all();
    }
    auto reply = script_(r, number);
    if (!reply.bytes.empty())
      ::send(fd, reply.bytes.data(), reply.bytes.size(), MSG_NOSIGNAL);
    if (!reply.closes)
      return true;
    drop(fd);
    return false;
  }

  void drop(int fd) {
    ::close(fd);
    open_.erase(fd);
  }

  script script_;
  int port_ = 0;
  std::atomic<bool> stopped_{false};
  /// Of the sockets.
  std::mutex mutex_;
  int listener_ = -1;
  std::map<int, connection> open_;
  size_t connections_ = 0;
  mutable std::mutex requests_mutex_;
  std::condition_variable changed_;
  std::vector<posted_request> all_;
  std::thread thread_;
};

} // namespace troupe::testing
