#include "tests/bench/channel.hpp"
#include "tests/bench/load.hpp"
#include "tests/bench/tcp.hpp"

#include <cerrno>
#include <charconv>
#include <cstring>
#include <optional>
#include <stdexcept>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>
#include <vector>

namespace troupe::bench {

namespace {

/// One answer as it lies in a buffer.
struct answer {
  int status = 0;
  std::string_view body;
  /// Bytes of head and body.
  size_t size = 0;
};

/// Returns the answer at the start of `bytes`, or nothing while it is not complete.
std::optional<answer> parse_answer(std::string_view bytes) {
  auto end = bytes.find("\r\n\r\n");
  if (end == std::string_view::npos)
    return std::nullopt;
  answer a;
  std::optional<size_t> length;
  if (bytes.size() > 12)
    std::from_chars(bytes.data() + 9, bytes.data() + 12, a.status);
  constexpr std::string_view name = "content-length:";
  for (auto at = bytes.find("\r\n"); at < end; at = bytes.find("\r\n", at + 2)) {
    auto value = bytes.data() + at + 2 + name.size();
    if (at + 2 + name.size() > end
        || strncasecmp(bytes.data() + at + 2, name.data(), name.size()) != 0)
      continue;
    while (*value == ' ')
      ++value;
    size_t number = 0;
    std::from_chars(value, bytes.data() + end, number);
    length = number;
  }
  if (!length)
    throw std::runtime_error{"an answer without Content-Length"};
  a.size = end + 4 + *length;
  if (bytes.size() < a.size)
    return std::nullopt;
  a.body = bytes.substr(end + 4, *length);
  return a;
}

/// One kept connection with one call on it.
struct connection {
  connection(size_t index, size_t payload, int descriptor)
    : call(index, payload)
    , fd(descriptor) {}

  slot call;
  int fd;
  std::string out;
  size_t sent = 0;
  std::string in;
  /// Whether epoll waits for room to write, too.
  bool blocked = false;
};

/// What is asked over and over.
struct question {
  /// `POST /path`, without what is the same for all.
  std::string line;
  /// Whether each call has its payload, which is to come back.
  bool echoes = true;
  /// What is in each right answer.
  std::string expected;
  /// An answer is the payload itself.
  bool is_bare = false;
};

class http_load {
public:
  http_load(const std::string& address, std::string_view key, question what,
            const load& l)
    : epoll_(epoll_create1(EPOLL_CLOEXEC))
    , tally_(l.seconds)
    , what_(std::move(what)) {
    head_ = what_.line + " HTTP/1.1\r\nHost: " + address
            + (key.empty() ? "" : "\r\nX-API-Key: " + std::string{key}) + "\r\n";
    if (what_.echoes)
      head_ += "Content-Type: application/json\r\nContent-Length: ";
    else
      head_ += "\r\n";
    connections_.reserve(l.outstanding);
    for (size_t i = 0; i < l.outstanding; ++i) {
      auto& c = connections_.emplace_back(i, l.payload, connect_to(address));
      watch(c, EPOLL_CTL_ADD, EPOLLIN);
    }
  }
  http_load(const http_load&) = delete;
  ~http_load() {
    for (auto& c : connections_)
      close(c.fd);
    close(epoll_);
  }

  tally run() {
    for (auto& c : connections_)
      ask(c, now_ns());
    epoll_event events[64];
    while (open_ > 0) {
      auto n = epoll_wait(epoll_, events, 64, -1);
      if (n < 0 && errno != EINTR)
        fail("epoll_wait");
      for (int i = 0; i < n; ++i) {
        auto& c = *static_cast<connection*>(events[i].data.ptr);
        if ((events[i].events & EPOLLOUT) != 0)
          send_more(c);
        if ((events[i].events & ~static_cast<uint32_t>(EPOLLOUT)) != 0)
          receive(c);
      }
    }
    return tally_;
  }

private:
  void watch(connection& c, int operation, uint32_t what) const {
    epoll_event e{};
    e.events = what;
    e.data.ptr = &c;
    if (epoll_ctl(epoll_, operation, c.fd, &e) != 0)
      fail("epoll_ctl");
  }

  void ask(connection& c, uint64_t now) {
    c.call.start(now);
    ++open_;
    c.sent = 0;
    c.out = head_;
    if (what_.echoes) {
      c.out += std::to_string(c.call.payload().size());
      c.out += "\r\n\r\n";
      c.out += c.call.payload();
    }
    send_more(c);
  }

  void send_more(connection& c) {
    auto n = send(c.fd, c.out.data() + c.sent, c.out.size() - c.sent,
                  MSG_DONTWAIT | MSG_NOSIGNAL);
    if (n < 0 && errno != EAGAIN && errno != EINTR)
      fail("send");
    c.sent += n > 0 ? static_cast<size_t>(n) : 0;
    auto blocked = c.sent < c.out.size();
    if (blocked != c.blocked)
      watch(c, EPOLL_CTL_MOD, blocked ? EPOLLIN | EPOLLOUT : EPOLLIN);
    c.blocked = blocked;
  }

  void receive(connection& c) {
    auto n = recv(c.fd, buffer_.data(), buffer_.size(), MSG_DONTWAIT);
    if (n < 0 && (errno == EAGAIN || errno == EINTR))
      return;
    if (n <= 0)
      throw std::runtime_error{"the node closed a connection"};
    c.in.append(buffer_.data(), static_cast<size_t>(n));
    auto a = parse_answer(c.in);
    if (!a)
      return;
    auto now = now_ns();
    check(c, *a, now);
    c.in.clear();
    --open_;
    if (!tally_.over(now))
      ask(c, now);
  }

  void check(const connection& c, const answer& a, uint64_t now) {
    auto has = [&](const std::string& text) {
      return a.body.find(text) != std::string_view::npos;
    };
    if (a.status != 200 || !has(what_.expected))
      tally_.error(c.in);
    else if (a.size != c.in.size() || !is_right(a, c.call.payload()))
      tally_.wrong(c.in);
    else
      tally_.right(c.call, now);
  }

  bool is_right(const answer& a, const std::string& payload) const {
    if (what_.is_bare)
      return a.body == payload;
    return !what_.echoes
           || a.body.find("\"payload\":" + payload) != std::string_view::npos;
  }

  int epoll_;
  tally tally_;
  question what_;
  std::string head_;
  std::vector<connection> connections_;
  size_t open_ = 0;
  std::string buffer_ = std::string(64 * 1024, '\0');
};

} // namespace

tally run_http(const std::string& address, std::string_view key, std::string_view pool,
               const load& l) {
  question echo{"POST /api/call/" + std::string{pool} + "/echo", true, "\"error\":null"};
  return http_load{address, key, echo, l}.run();
}

tally run_web(const std::string& address, std::string_view path, const load& l) {
  question echo{"POST " + std::string{path}, true, "", true};
  return http_load{address, "", echo, l}.run();
}

tally run_snapshots(const std::string& address, std::string_view key,
                    std::string_view terminal, const load& l) {
  question look{"GET /api/spawned/" + std::string{terminal} + "/snapshot", false,
                "\"screen\":\""};
  return http_load{address, key, look, l}.run();
}

} // namespace troupe::bench
