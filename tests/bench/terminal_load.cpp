#include "tests/bench/channel.hpp"
#include "tests/bench/load.hpp"
#include "tests/bench/tcp.hpp"

#include <csignal>
#include <pty.h>
#include <stdexcept>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

namespace troupe::bench {

namespace {

/// What is typed: it names its turn, and is none of the bytes of an escape sequence.
std::string text_of(const slot& s) {
  auto turn = std::to_string(s.turn());
  return "<" + std::string(12 - turn.size(), '0') + turn + ">";
}

/// A client of a WebSocket, which knows as little of it as will do.
class websocket {
public:
  websocket(const std::string& address, std::string_view key, const std::string& target)
    : fd_(connect_to(address)) {
    send_all("GET " + target + " HTTP/1.1\r\nHost: " + address
             + "\r\nX-API-Key: " + std::string{key}
             + "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
               "Sec-WebSocket-Version: 13\r\n"
               "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");
    size_t end = 0;
    while ((end = in_.find("\r\n\r\n")) == std::string::npos)
      receive();
    if (!in_.starts_with("HTTP/1.1 101 "))
      throw std::runtime_error{target + ": " + in_};
    in_.erase(0, end + 4);
  }
  websocket(const websocket&) = delete;
  ~websocket() { close(fd_); }

  /// Sends a short text; its mask is all zeros.
  void send_text(std::string_view text) {
    std::string frame{'\x81', static_cast<char>(0x80 | text.size())};
    frame.append(4, '\0');
    frame += text;
    send_all(frame);
  }

  /// Returns the payload of the next frame.
  std::string next() {
    for (;;) {
      auto size = [this](size_t at, size_t n) {
        size_t value = 0;
        for (size_t i = 0; i < n; ++i)
          value = value << 8 | static_cast<unsigned char>(in_[at + i]);
        return value;
      };
      if (in_.size() >= 10) {
        auto length = static_cast<size_t>(in_[1] & 127);
        size_t head = length < 126 ? 2 : length == 126 ? 4 : 10;
        if (head > 2)
          length = size(2, head - 2);
        if (in_.size() >= head + length) {
          auto payload = in_.substr(head, length);
          in_.erase(0, head + length);
          return payload;
        }
      }
      receive();
    }
  }

private:
  void send_all(std::string_view bytes) {
    while (!bytes.empty()) {
      auto n = send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (n <= 0)
        fail("send");
      bytes.remove_prefix(static_cast<size_t>(n));
    }
  }
  void receive() {
    char bytes[16 * 1024];
    auto n = recv(fd_, bytes, sizeof bytes, 0);
    if (n <= 0)
      throw std::runtime_error{"the node closed a WebSocket"};
    in_.append(bytes, static_cast<size_t>(n));
  }

  int fd_;
  std::string in_;
};

/// Runs a script with a shell on a terminal of its own.
class own_terminal {
public:
  explicit own_terminal(const std::string& script) {
    pid_ = forkpty(&fd_, nullptr, nullptr, nullptr);
    if (pid_ < 0)
      fail("forkpty");
    if (pid_ == 0) {
      execl("/bin/sh", "sh", "-c", script.c_str(), nullptr);
      _exit(127);
    }
  }
  own_terminal(const own_terminal&) = delete;
  ~own_terminal() {
    close(fd_);
    kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
  }

  void type(std::string_view text) {
    if (write(fd_, text.data(), text.size()) != static_cast<ssize_t>(text.size()))
      fail("write");
  }
  /// Reads until the program has printed `text`.
  void await(const std::string& text) {
    while (seen_.find(text) == std::string::npos) {
      char bytes[4096];
      auto n = read(fd_, bytes, sizeof bytes);
      if (n <= 0)
        fail("read");
      seen_.append(bytes, static_cast<size_t>(n));
    }
    seen_.clear();
  }

private:
  int fd_ = -1;
  pid_t pid_ = -1;
  std::string seen_;
};

/// Types with `echo` until the time is over; that returns whether the text came back.
template <class Echo>
tally type_on(const load& l, Echo echo) {
  tally result{l.seconds};
  slot s{0, l.payload};
  for (auto now = now_ns(); !result.over(now);) {
    s.start(now);
    auto came_back = echo(text_of(s));
    now = now_ns();
    if (came_back)
      result.right(s, now);
    else
      result.wrong(text_of(s));
  }
  return result;
}

} // namespace

tally run_typing(const std::string& address, std::string_view key,
                 std::string_view terminal, const load& l) {
  std::string name{terminal};
  websocket input{address, key, "/api/input/" + name + "/stream"};
  if (input.next().find("pty_input_ready") == std::string::npos)
    throw std::runtime_error{name + " is no terminal"};
  websocket events{address, key, "/ws?kinds=worker_stream&workers=" + name};
  return type_on(l, [&](const std::string& text) {
    input.send_text(text);
    std::string seen;
    while (!seen.ends_with(text)) { // at first there is what was printed before
      auto event = events.next();
      auto at = event.find("\"chunk\":\"");
      auto begin = at + 9;
      if (at != std::string::npos)
        seen += event.substr(begin, event.find('"', begin) - begin);
    }
    return input.next().find("\"pty_input_ack\"") != std::string::npos;
  });
}

tally run_own_typing(const std::string& script, const load& l) {
  own_terminal terminal{script};
  terminal.await("a line");
  return type_on(l, [&](const std::string& text) {
    terminal.type(text);
    terminal.await(text);
    return true;
  });
}

} // namespace troupe::bench
