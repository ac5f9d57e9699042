#pragma once

#include "tests/bench/channel.hpp"
#include "tests/bench/load.hpp"

#include <charconv>
#include <string>
#include <string_view>
#include <vector>

namespace troupe::bench {

/// Keeps calls open over one channel whose answers are the payloads themselves. A
/// protocol has
///   void begin(std::string& out)              what a client says first,
///   void ask(std::string& out, std::string_view payload),
///   size_t take(std::string_view in, const Answer& answer)
/// where the last calls `answer(payload)` for each that is complete, and returns how many
/// bytes it took.
template <class Protocol>
class payload_load {
public:
  payload_load(channel& to, Protocol& protocol, const load& l)
    : channel_(to)
    , protocol_(protocol)
    , tally_(l.seconds) {
    for (size_t i = 0; i < l.outstanding; ++i)
      slots_.emplace_back(i, l.payload);
  }

  tally run() {
    protocol_.begin(out_);
    for (auto& s : slots_)
      ask(s, now_ns());
    while (open_ > 0) {
      sent_ += channel_.write(std::string_view{out_}.substr(sent_));
      if (sent_ == out_.size()) {
        out_.clear();
        sent_ = 0;
      } else if (!channel_.wait()) {
        continue;
      }
      receive();
    }
    return tally_;
  }

private:
  void ask(slot& s, uint64_t now) {
    s.start(now);
    ++open_;
    protocol_.ask(out_, s.payload());
  }

  void receive() {
    in_.append(space_, 0, channel_.read(space_.data(), space_.size()));
    auto now = now_ns();
    in_.erase(
        0, protocol_.take(in_, [&](std::string_view payload) { check(payload, now); }));
  }

  void check(std::string_view payload, uint64_t now) {
    constexpr std::string_view before = "{\"text\":\"";
    size_t i = slots_.size();
    if (payload.starts_with(before))
      std::from_chars(payload.data() + before.size(), payload.data() + payload.size(), i);
    if (i >= slots_.size())
      return tally_.wrong(payload);
    auto& s = slots_[i];
    if (payload != s.payload())
      return tally_.wrong(payload);
    tally_.right(s, now);
    --open_;
    if (tally_.over(now))
      s.start(now); // the next turn: a second answer to this one would be wrong
    else
      ask(s, now);
  }

  channel& channel_;
  Protocol& protocol_;
  tally tally_;
  std::vector<slot> slots_;
  size_t open_ = 0;
  std::string out_;
  size_t sent_ = 0;
  std::string in_;
  std::string space_ = std::string(256 * 1024, '\0');
};

} // namespace troupe::bench
