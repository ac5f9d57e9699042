#pragma once

#include <atomic>
#include <cstddef>
#include <functional>
#include <utility>

namespace troupe {

/// How much of one call's streamed result is between its worker and a client that reads
/// slower than the worker writes. The worker stops reading its child when that is too
/// much, and is told when there is room again: nobody but that worker is slowed down.
/// Thread-safe.
class stream_flow {
public:
  /// @param on_writable Called, on any thread, when a full flow has drained; may be
  /// empty.
  /// @param on_taken Called, on any thread, with the bytes of each `remove`; may be
  /// empty. Where the worker is at another node, its own flow is there.
  explicit stream_flow(std::function<void()> on_writable = {},
                       std::function<void(size_t)> on_taken = {})
    : on_writable_(std::move(on_writable))
    , on_taken_(std::move(on_taken)) {}

  /// The worker has sent `bytes` on.
  void add(size_t bytes) noexcept { pending_ += bytes; }

  /// `bytes` have been written to the client, or are not wanted any more.
  void remove(size_t bytes) {
    auto before = pending_.fetch_sub(bytes);
    if (on_writable_ && before >= most && before - bytes < most)
      on_writable_();
    if (on_taken_)
      on_taken_(bytes);
  }

  /// Whether the worker should wait.
  bool is_full() const noexcept { return pending_ >= most; }

private:
  /// Bytes between worker and client; enough to keep a fast reader busy.
  static constexpr size_t most = 256 * 1024;

  std::atomic<size_t> pending_{0};
  std::function<void()> on_writable_;
  std::function<void(size_t)> on_taken_;
};

} // namespace troupe
