#pragma once

#include "protocol/base/error.hpp"

#include <atomic>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace troupe::front::dashboard {

/// How many bytes the looks of all tabs of a node keep. Thread-safe.
class kept_bytes {
public:
  size_t now() const noexcept { return now_; }

  /// Counts so many more; returns whether there was room for them. Large ones leave a
  /// part of the room to small ones.
  /// @param instead Bytes that these replace. Both may be there for a moment.
  bool add(size_t bytes, size_t instead) noexcept;

  /// These were freed.
  void remove(size_t bytes) noexcept;

private:
  std::atomic<size_t> now_ = 0;
  /// Whether much was kept since memory was given back to the system.
  std::atomic<bool> was_much_ = false;
};

using kept_bytes_ptr = std::shared_ptr<kept_bytes>;

/// Bytes that are counted while it lives.
class kept_share {
public:
  /// @pre They were added.
  kept_share(kept_bytes_ptr all, size_t bytes)
    : all_(std::move(all))
    , bytes_(bytes) {}
  ~kept_share() { all_->remove(bytes_); }
  kept_share(const kept_share&) = delete;
  kept_share& operator=(const kept_share&) = delete;

private:
  kept_bytes_ptr all_;
  size_t bytes_;
};

using kept_share_ptr = std::unique_ptr<const kept_share>;

/// Counts so many bytes; returns null if there is no room for them.
kept_share_ptr keep_bytes(const kept_bytes_ptr& all, size_t bytes, size_t instead = 0);

/// An answer that is counted as long as anybody has it.
struct kept_answer {
  kept_share_ptr share; // goes last
  std::string text;
};

using kept_answer_ptr = std::shared_ptr<const kept_answer>;

/// Returns an answer to keep; null if there is no room for it.
/// @param before The one that it replaces, or null.
kept_answer_ptr keep_answer(const kept_bytes_ptr& all, std::string_view text,
                            const kept_answer_ptr& before);

/// Why a look cannot keep what it needs.
fault no_room_to_keep();

} // namespace troupe::front::dashboard
