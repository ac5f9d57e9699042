#pragma once

#include <charconv>
#include <string>
#include <string_view>

namespace troupe::bench {

/// Messages of NATS: `MSG SUBJECT SID [REPLY] LENGTH\r\n`, a payload and `\r\n`.
namespace nats {

inline constexpr std::string_view hello =
    "CONNECT {\"verbose\":false,\"pedantic\":false}\r\n";

inline void publish(std::string& out, std::string_view subject, std::string_view reply,
                    std::string_view payload) {
  out.append("PUB ").append(subject).append(" ");
  if (!reply.empty())
    out.append(reply).append(" ");
  out.append(std::to_string(payload.size()))
      .append("\r\n")
      .append(payload)
      .append("\r\n");
}

/// Calls `message(reply, payload)` for each that is complete, and `ping()` for each
/// question whether somebody is there; returns how many bytes they had.
template <class Message, class Ping>
size_t read(std::string_view in, const Message& message, const Ping& ping) {
  size_t done = 0;
  for (;;) {
    auto end = in.find("\r\n", done);
    if (end == std::string_view::npos)
      return done;
    auto line = in.substr(done, end - done);
    auto next = end + 2;
    if (line.starts_with("MSG ")) {
      size_t length = 0;
      auto last = line.rfind(' ');
      std::from_chars(line.data() + last + 1, line.data() + line.size(), length);
      if (in.size() < next + length + 2)
        return done;
      line = line.substr(0, last);
      line.remove_prefix(line.find(' ', 4) + 1); // the number of the subscription
      auto space = line.find(' ');
      auto reply =
          space == std::string_view::npos ? std::string_view{} : line.substr(space + 1);
      message(reply, in.substr(next, length));
      next += length + 2;
    } else if (line == "PING") {
      ping();
    }
    done = next;
  }
}

} // namespace nats

/// A client that asks as the libraries do: with a subject of its own for each answer.
class nats_client {
public:
  void begin(std::string& out) const {
    out.append(nats::hello).append("SUB _INBOX.bench.* 1\r\n");
  }

  void ask(std::string& out, std::string_view payload) {
    nats::publish(out, "echo", "_INBOX.bench." + std::to_string(++last_), payload);
  }

  template <class Answer>
  size_t take(std::string_view in, const Answer& answer) {
    return nats::read(
        in, [&](auto, auto payload) { answer(payload); }, [] {});
  }

private:
  uint64_t last_ = 0;
};

/// A worker, one of a group of which each message goes to one.
struct nats_worker {
  void begin(std::string& out) const {
    out.append(nats::hello).append("SUB echo workers 1\r\nPING\r\n");
  }

  /// The broker has taken what came before the question.
  static bool is_ready(std::string_view in) { return in.find("PONG\r\n") != in.npos; }

  size_t take(std::string_view in, std::string& out) const {
    return nats::read(
        in, [&](auto reply, auto payload) { nats::publish(out, reply, {}, payload); },
        [&] { out += "PONG\r\n"; });
  }
};

} // namespace troupe::bench
