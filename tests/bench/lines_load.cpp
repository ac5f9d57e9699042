#include "tests/bench/channel.hpp"
#include "tests/bench/load.hpp"

#include <charconv>
#include <cstring>
#include <vector>

namespace troupe::bench {

namespace {

/// The calls of one run, and the bytes on their way.
class lines_load {
public:
  lines_load(channel& c, std::string_view pool, const load& l)
    : channel_(c)
    , tally_(l.seconds)
    , in_(256 * 1024, '\0') {
    tail_ = "\",\"to\":\"" + std::string{pool} + "\",\"kind\":\"echo\",\"payload\":";
    for (size_t i = 0; i < l.outstanding; ++i)
      slots_.emplace_back(i, l.payload);
  }

  tally run() {
    for (size_t i = 0; i < slots_.size(); ++i)
      ask(i, now_ns());
    while (open_ > 0) {
      out_sent_ += channel_.write(std::string_view{out_}.substr(out_sent_));
      if (out_sent_ == out_.size()) {
        out_.clear();
        out_sent_ = 0;
      } else if (!channel_.wait()) {
        continue;
      }
      receive();
    }
    return tally_;
  }

private:
  void ask(size_t i, uint64_t now) {
    slots_[i].start(now);
    ++open_;
    out_ += "{\"request_id\":\"c";
    out_ += std::to_string(i);
    out_ += '.';
    out_ += std::to_string(slots_[i].turn());
    out_ += tail_;
    out_ += slots_[i].payload();
    out_ += "}\n";
  }

  void receive() {
    if (have_ == in_.size())
      in_.resize(in_.size() * 2);
    have_ += channel_.read(in_.data() + have_, in_.size() - have_);
    auto now = now_ns();
    size_t start = 0;
    while (auto p = std::memchr(in_.data() + seen_, '\n', have_ - seen_)) {
      auto end = static_cast<size_t>(static_cast<char*>(p) - in_.data());
      take({in_.data() + start, end - start}, now);
      start = seen_ = end + 1;
    }
    std::memmove(in_.data(), in_.data() + start, have_ - start);
    seen_ = have_ -= start;
  }

  void take(std::string_view line, uint64_t now) {
    auto i = slot_of(line);
    if (i == slots_.size())
      return tally_.wrong(line);
    auto& s = slots_[i];
    if (line.find("\"error\":null") == std::string_view::npos)
      tally_.error(line);
    else if (!has_payload(line, s.payload()))
      tally_.wrong(line);
    else
      tally_.right(s, now);
    --open_;
    if (!tally_.over(now))
      ask(i, now);
    else
      s.start(now); // the next turn: a second answer to this one would be wrong
  }

  /// Returns the slot whose open call a line answers, or their number for none.
  size_t slot_of(std::string_view line) const {
    constexpr std::string_view before = "\"request_id\":\"c";
    size_t i = 0;
    uint64_t turn = 0;
    auto at = line.find(before);
    if (at == std::string_view::npos)
      return slots_.size();
    auto end = line.data() + line.size();
    auto [dot, e1] = std::from_chars(line.data() + at + before.size(), end, i);
    if (e1 != std::errc{} || dot == end || *dot != '.' || i >= slots_.size())
      return slots_.size();
    auto [quote, e2] = std::from_chars(dot + 1, end, turn);
    auto fits =
        e2 == std::errc{} && quote != end && *quote == '"' && turn == slots_[i].turn();
    return fits ? i : slots_.size();
  }

  static bool has_payload(std::string_view line, std::string_view payload) {
    constexpr std::string_view before = "\"payload\":";
    auto at = line.find(before);
    return at != std::string_view::npos
           && line.substr(at + before.size()).starts_with(payload);
  }

  channel& channel_;
  tally tally_;
  std::vector<slot> slots_;
  size_t open_ = 0;
  /// What stands between the id and the payload of each call.
  std::string tail_;
  std::string out_;
  size_t out_sent_ = 0;
  std::string in_;
  /// Bytes of `in_` that are filled, and how many of them hold no end of a line.
  size_t have_ = 0;
  size_t seen_ = 0;
};

} // namespace

tally run_lines(channel& c, std::string_view pool, const load& l) {
  return lines_load{c, pool, l}.run();
}

} // namespace troupe::bench
