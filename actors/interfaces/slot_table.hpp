#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

namespace troupe {

/// Values under numbers of their own kind, each a slot and a generation that grows each
/// time the slot is used again: O(1), and an old number never finds a newer value.
template <class Id, class T>
class slot_table {
public:
  /// Keeps `value` and returns its number.
  Id add(T&& value) {
    uint32_t i;
    if (free_.empty()) {
      i = static_cast<uint32_t>(slots_.size());
      slots_.emplace_back();
    } else {
      i = free_.back();
      free_.pop_back();
    }
    slots_[i].value.emplace(std::move(value));
    return id(i);
  }

  /// Returns the value under `n`, or nullptr.
  T* find(Id n) {
    auto i = static_cast<uint32_t>(n);
    if (i >= slots_.size() || !slots_[i].value || id(i) != n)
      return nullptr;
    return &*slots_[i].value;
  }

  /// Forgets the value under `n`. @pre `find(n)`.
  void remove(Id n) {
    auto i = static_cast<uint32_t>(n);
    slots_[i].value.reset();
    ++slots_[i].generation;
    free_.push_back(i);
  }

  /// Forgets the value under `n` and returns it. @pre `find(n)`.
  T take(Id n) {
    T taken = std::move(*find(n));
    remove(n);
    return taken;
  }

  /// Calls `f(number, value)` for each.
  template <class F>
  void for_each(F&& f) {
    for (uint32_t i = 0; i < slots_.size(); ++i)
      if (slots_[i].value)
        f(id(i), *slots_[i].value);
  }

  template <class F>
  void for_each(F&& f) const {
    for (uint32_t i = 0; i < slots_.size(); ++i)
      if (slots_[i].value)
        f(id(i), *slots_[i].value);
  }

  size_t size() const noexcept { return slots_.size() - free_.size(); }

private:
  struct slot {
    /// Nothing in a slot that is free.
    std::optional<T> value;
    uint32_t generation = 0;
  };

  Id id(uint32_t i) const { return Id{uint64_t{slots_[i].generation} << 32 | i}; }

  std::vector<slot> slots_;
  std::vector<uint32_t> free_;
};

} // namespace troupe
