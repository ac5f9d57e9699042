#pragma once

#include <charconv>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

namespace troupe::bench {

/// Commands and replies of Redis. A job is an element of the list `jobs`, and its result
/// is published in `results`: a connection that waits for a list can push to none.
namespace redis {

inline void command(std::string& out, std::initializer_list<std::string_view> words) {
  out.append("*").append(std::to_string(words.size())).append("\r\n");
  for (auto word : words)
    out.append("$")
        .append(std::to_string(word.size()))
        .append("\r\n")
        .append(word)
        .append("\r\n");
}

/// Calls `array(elements)` for each complete reply that is an array of texts, or such a
/// message that nobody asked for (RESP3); skips all others. Returns how many bytes they
/// had.
template <class Array>
size_t read(std::string_view in, const Array& array) {
  size_t done = 0;
  std::vector<std::string_view> elements;
  auto line = [&](size_t& at, long& number) {
    auto end = in.find("\r\n", at);
    if (end == std::string_view::npos)
      return false;
    if (end > at)
      std::from_chars(in.data() + at + 1, in.data() + end, number);
    at = end + 2;
    return true;
  };
  while (done < in.size()) {
    auto at = done;
    long count = 0;
    auto is_array = in[done] == '*' || in[done] == '>';
    if (!line(at, count))
      return done;
    elements.clear();
    for (long i = 0; is_array && i < count; ++i) {
      long length = 0;
      auto has_text = at < in.size() && in[at] == '$';
      if (!line(at, length))
        return done;
      auto size = static_cast<size_t>(has_text ? length : 0);
      if (has_text && in.size() < at + size + 2)
        return done;
      elements.push_back(in.substr(at, size));
      at += has_text ? size + 2 : 0;
    }
    if (is_array)
      array(elements);
    done = at;
  }
  return done;
}

} // namespace redis

/// A client, which pushes jobs and is told of results on one connection.
struct redis_client {
  void begin(std::string& out) const {
    redis::command(out, {"HELLO", "3"});
    redis::command(out, {"SUBSCRIBE", "results"});
  }

  void ask(std::string& out, std::string_view payload) const {
    redis::command(out, {"RPUSH", "jobs", payload});
  }

  template <class Answer>
  size_t take(std::string_view in, const Answer& answer) const {
    return redis::read(in, [&](auto& elements) {
      if (elements.size() == 3 && elements[0] == "message")
        answer(elements[2]);
    });
  }
};

/// A worker, which has one job at a time.
struct redis_worker {
  void begin(std::string& out) const {
    redis::command(out, {"PING"});
    redis::command(out, {"BLPOP", "jobs", "0"});
  }

  static bool is_ready(std::string_view in) { return in.find("PONG") != in.npos; }

  size_t take(std::string_view in, std::string& out) const {
    return redis::read(in, [&](auto& elements) {
      if (elements.size() != 2)
        return;
      redis::command(out, {"PUBLISH", "results", elements[1]});
      redis::command(out, {"BLPOP", "jobs", "0"});
    });
  }
};

} // namespace troupe::bench
