#pragma once

#include "protocol/base/limits.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <chrono>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

namespace troupe::loop {

/// Holds values until they are due: O(1) to insert and to take back, whatever their
/// number. A hashed wheel with slots of `limits::wheel_tick`; what is due later than one
/// turn of the wheel stays in its slot for several turns. Never early, at most one tick
/// late (beside the caller's own delay in calling `expire`). Not thread-safe.
template <class T>
class timing_wheel {
public:
  using time_point = std::chrono::steady_clock::time_point;

  /// Names an inserted value until it is taken or expired.
  using handle = uint32_t;

  /// @param start Where time begins; nothing may be due before.
  explicit timing_wheel(time_point start)
    : start_(start)
    , nodes_(slots) {
    for (handle i = 0; i < slots; ++i)
      nodes_[i].prev = nodes_[i].next = i;
  }

  /// Keeps `value` until `due`.
  handle insert(time_point due, T value) {
    auto h = allocate();
    auto tick = std::max(tick_after(due), now_tick_ + 1);
    auto slot = static_cast<handle>(tick % slots);
    auto& n = nodes_[h];
    n.tick = tick;
    n.value = std::move(value);
    n.next = slot;
    n.prev = nodes_[slot].prev;
    nodes_[n.prev].next = h;
    nodes_[slot].prev = h;
    occupied_[slot / 64] |= bit(slot);
    ++size_;
    return h;
  }

  /// Removes the value `h` names.
  /// @pre It was inserted and neither taken nor expired since.
  T take(handle h) {
    auto& n = nodes_[h];
    nodes_[n.prev].next = n.next;
    nodes_[n.next].prev = n.prev;
    auto slot = static_cast<handle>(n.tick % slots);
    if (nodes_[slot].next == slot)
      occupied_[slot / 64] &= ~bit(slot);
    n.next = free_;
    free_ = h;
    --size_;
    return std::move(n.value);
  }

  /// Takes out every value due at `now` and calls `on_due(value)` for each, oldest slot
  /// first. `on_due` may insert and take.
  template <class OnDue>
  void expire(time_point now, OnDue&& on_due) {
    auto target = std::max(tick_before(now), now_tick_);
    if (target == now_tick_)
      return;
    auto first = now_tick_ + 1;
    now_tick_ = target;
    std::vector<T> due;
    if (size_ > 0)
      for (auto tick = first, last = std::min(target, first + slots - 1); tick <= last;
           ++tick)
        collect(static_cast<handle>(tick % slots), target, due);
    for (auto& value : due)
      on_due(value);
  }

  /// Returns when `expire` should be called next; nothing while the wheel is empty. For a
  /// value more than a turn away this may be early, once a turn.
  std::optional<time_point> next_wake() const {
    if (size_ == 0)
      return std::nullopt;
    auto first = now_tick_ + 1;
    for (uint64_t step = 0; step < slots;) {
      auto slot = (first + step) % slots;
      auto word = occupied_[slot / 64] >> (slot % 64);
      if (word == 0) {
        step += 64 - slot % 64;
        continue;
      }
      return at(first + step + static_cast<uint64_t>(std::countr_zero(word)));
    }
    return at(first);
  }

  size_t size() const noexcept { return size_; }

private:
  static constexpr handle slots = limits::wheel_slots;
  static_assert(std::has_single_bit(limits::wheel_slots));

  /// The first `slots` nodes are the heads of their slots' rings.
  struct node {
    handle prev = 0;
    handle next = 0;
    uint64_t tick = 0;
    T value{};
  };

  static uint64_t bit(handle slot) { return uint64_t{1} << (slot % 64); }

  uint64_t tick_before(time_point t) const {
    return t <= start_ ? 0 : static_cast<uint64_t>((t - start_) / limits::wheel_tick);
  }
  uint64_t tick_after(time_point t) const {
    return tick_before(t + limits::wheel_tick - std::chrono::nanoseconds{1});
  }
  time_point at(uint64_t tick) const { return start_ + limits::wheel_tick * tick; }

  handle allocate() {
    if (free_ == 0) {
      nodes_.emplace_back();
      return static_cast<handle>(nodes_.size() - 1);
    }
    auto h = free_;
    free_ = nodes_[h].next;
    return h;
  }

  void collect(handle slot, uint64_t target, std::vector<T>& due) {
    for (auto h = nodes_[slot].next; h != slot;) {
      auto next = nodes_[h].next;
      if (nodes_[h].tick <= target)
        due.push_back(take(h));
      h = next;
    }
  }

  time_point start_;
  uint64_t now_tick_ = 0;
  size_t size_ = 0;
  /// First free node; 0, a head, means none.
  handle free_ = 0;
  std::vector<node> nodes_;
  std::array<uint64_t, slots / 64> occupied_{};
};

} // namespace troupe::loop
