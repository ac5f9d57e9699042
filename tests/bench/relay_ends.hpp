#pragma once

#include <cerrno>
#include <charconv>
#include <string>
#include <string_view>
#include <unistd.h>
#include <vector>

namespace troupe::bench {

/// Calls `take` with each whole line of `received`, and leaves the rest there.
template <class Take>
void take_lines(std::string& received, const Take& take) {
  size_t start = 0;
  for (auto end = received.find('\n'); end != std::string::npos;
       end = received.find('\n', start)) {
    take(std::string_view{received}.substr(start, end - start));
    start = end + 1;
  }
  received.erase(0, start);
}

/// Returns the slot that an answer's id names as `"INDEX.GENERATION"`, or nullptr.
template <class Slot>
Slot* find_slot(std::vector<Slot>& slots, std::string_view id) {
  size_t index = 0;
  unsigned generation = 0;
  if (id.size() < 2)
    return nullptr;
  auto end = id.data() + id.size();
  auto [dot, error] = std::from_chars(id.data() + 1, end, index);
  if (error != std::errc{} || index >= slots.size() || *dot != '.')
    return nullptr;
  std::from_chars(dot + 1, end, generation);
  return generation == slots[index].generation ? &slots[index] : nullptr;
}

/// One end: what came and is no whole line yet, and what is to be written.
struct stream {
  int in = -1;
  int out = -1;
  std::string received;
  std::string pending;

  /// Calls `take` with each line that is there; returns false at the end of the stream.
  template <class Take>
  bool read(std::string& space, const Take& take) {
    auto n = ::read(in, space.data(), space.size());
    if (n <= 0)
      return n < 0 && (errno == EAGAIN || errno == EINTR);
    received.append(space, 0, static_cast<size_t>(n));
    take_lines(received, take);
    return true;
  }

  void write() {
    if (pending.empty())
      return;
    auto n = ::write(out, pending.data(), pending.size());
    pending.erase(0, n > 0 ? static_cast<size_t>(n) : 0);
  }
};

/// A worker, and the callers' ids of the calls in it. A slot is reused under another
/// generation, as in the node.
struct worker : stream {
  struct slot {
    std::string id;
    unsigned generation = 0;
  };
  std::vector<slot> slots;
  std::vector<size_t> free;
};

} // namespace troupe::bench
