#pragma once

#include "tests/bench/latency.hpp"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <string>
#include <string_view>

namespace troupe::bench {

/// Returns the time of a monotonic clock in nanoseconds.
inline uint64_t now_ns() {
  auto t = std::chrono::steady_clock::now().time_since_epoch();
  return static_cast<uint64_t>(std::chrono::nanoseconds{t}.count());
}

/// What is asked of a run.
struct load {
  /// Calls that are open all the time; over HTTP, each on a connection of its own.
  size_t outstanding = 1;
  double seconds = 2;
  /// Bytes of one payload.
  size_t payload = 64;
};

/// One of the calls that are open all the time. It says in each payload which call of
/// which slot it belongs to, so that an answer given to the wrong caller shows.
class slot {
public:
  static constexpr size_t least_payload = 40;

  slot(size_t index, size_t bytes) {
    char head[48];
    std::snprintf(head, sizeof head, "{\"text\":\"%05zu.0000000000.", index);
    payload_ = head;
    payload_.append(std::max(bytes, least_payload) - payload_.size() - 2, 'x');
    payload_ += "\"}";
  }

  /// Begins the next call.
  void start(uint64_t now) {
    ++turn_;
    started_ = now;
    auto digit = payload_.data() + turn_at + turn_digits;
    for (auto rest = turn_; digit != payload_.data() + turn_at; rest /= 10)
      *--digit = static_cast<char>('0' + rest % 10);
  }

  uint64_t turn() const noexcept { return turn_; }
  uint64_t started() const noexcept { return started_; }
  const std::string& payload() const noexcept { return payload_; }

private:
  static constexpr size_t turn_at = std::string_view{"{\"text\":\"00000."}.size();
  static constexpr size_t turn_digits = 10;

  std::string payload_;
  uint64_t turn_ = 0;
  uint64_t started_ = 0;
};

/// What a run found. The first tenth of the time warms up: it is checked, not counted. On
/// a machine so slow that nothing was answered in time, the run lasts until something is.
class tally {
public:
  explicit tally(double seconds) {
    auto start = now_ns();
    end_ = start + static_cast<uint64_t>(seconds * 1e9);
    warm_ = start + static_cast<uint64_t>(seconds * 1e8);
  }

  bool over(uint64_t now) const noexcept {
    return now >= end_ && (latencies_.count() > 0 || wrong_ > 0 || errors_ > 0);
  }

  void right(const slot& s, uint64_t now) noexcept {
    if (now < warm_ || (now >= end_ && latencies_.count() > 0))
      return;
    latencies_.record(now - s.started());
    end_ = std::max(end_, now);
  }
  /// An answer that belongs to no open call, or not to the one it names.
  void wrong(std::string_view what) { note(wrong_, "wrong", what); }
  /// An answer that says the call failed.
  void error(std::string_view what) { note(errors_, "error", what); }

  bool good() const noexcept {
    return wrong_ == 0 && errors_ == 0 && latencies_.count() > 0;
  }

  /// Prints the members of the result, for a program to read.
  void print() const {
    auto time = static_cast<double>(end_ - warm_) / 1e9;
    std::printf("\"calls_per_s\":%.0f,\"p50_us\":%.2f,\"p99_us\":%.2f,\"p999_us\":%.2f,"
                "\"calls\":%llu,\"wrong\":%llu,\"errors\":%llu",
                static_cast<double>(latencies_.count()) / time,
                latencies_.percentile_us(0.5), latencies_.percentile_us(0.99),
                latencies_.percentile_us(0.999),
                static_cast<unsigned long long>(latencies_.count()),
                static_cast<unsigned long long>(wrong_),
                static_cast<unsigned long long>(errors_));
  }

private:
  // The first of each is shown: it mostly says what the others are.
  static void note(uint64_t& counter, const char* name, std::string_view what) {
    if (counter++ == 0)
      std::fprintf(stderr, "%s: %.*s\n", name,
                   static_cast<int>(std::min<size_t>(what.size(), 500)), what.data());
  }

  latencies latencies_;
  uint64_t warm_ = 0;
  uint64_t end_ = 0;
  uint64_t wrong_ = 0;
  uint64_t errors_ = 0;
};

class channel;

/// Keeps `l.outstanding` calls open over one channel, as lines.
tally run_lines(channel& c, std::string_view pool, const load& l);

/// Submits jobs to a broker of another make, as its own clients do.
/// @param protocol `gearman`, `nats` or `redis`.
tally run_peer(std::string_view protocol, channel& c, const load& l);

/// Speaks goridge to a worker's own pipes, one call at a time.
tally run_goridge(channel& c, const load& l);

/// The same over HTTP, with as many connections.
/// @param address `host:port`.
tally run_http(const std::string& address, std::string_view key, std::string_view pool,
               const load& l);

/// Posts payloads to a server of HTTP that answers with the body of each request, on as
/// many kept connections.
tally run_web(const std::string& address, std::string_view path, const load& l);

/// Asks for a terminal's screen over and over, on as many connections.
tally run_snapshots(const std::string& address, std::string_view key,
                    std::string_view terminal, const load& l);

/// Types on a terminal, through a WebSocket, and waits until what was typed comes back on
/// the event stream, through another: one at a time. Its program prints what it reads.
tally run_typing(const std::string& address, std::string_view key,
                 std::string_view terminal, const load& l);

/// The same on a terminal of its own: what the system takes for it.
tally run_own_typing(const std::string& script, const load& l);

} // namespace troupe::bench
