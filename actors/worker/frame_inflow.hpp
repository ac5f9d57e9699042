#pragma once

#include "actors/worker/inflow.hpp"
#include "protocol/wires/wire.hpp"

#include <utility>
#include <vector>

namespace troupe::worker {

/// The output of a child: bytes that wait, and the frames that a wire has cut from
/// those before them. The frames' memory is reused for each read.
class frame_inflow : public inflow {
public:
  /// Returns where a wire appends its frames.
  std::vector<wires::wire_frame>& frames() noexcept { return frames_; }

  bool has_frames() const noexcept { return !frames_.empty(); }

  /// Returns the first frame that was not handled, which then counts as handled, or
  /// nullptr.
  wires::wire_frame* next() {
    return handled_ < frames_.size() ? &frames_[handled_++] : nullptr;
  }

  /// Returns how many frames were handled since they were forgotten last.
  size_t handled() const noexcept { return handled_; }

  /// @pre All were handled.
  void forget_frames() {
    if (std::exchange(releases_, false))
      release();
    frames_.clear();
    handled_ = 0;
  }

  /// Has the memory of frames and bytes freed once those that are there were handled: of
  /// a child that has said its one word at the start, and may get no call for long.
  void release_soon() noexcept { releases_ = true; }

private:
  void release() {
    frames_ = std::vector<wires::wire_frame>{};
    free_pieces();
  }

  std::vector<wires::wire_frame> frames_;
  size_t handled_ = 0;
  bool releases_ = false;
};

} // namespace troupe::worker
