#pragma once

#include "protocol/base/ids.hpp"

#include <cstdint>
#include <vector>

namespace troupe::front::socket {

/// The calls that a connection has handed on and not yet answered, by the tag under which
/// their outcome comes back. O(1); an old tag never finds a newer call.
template <class T>
class open_calls {
public:
  /// Keeps `value` and returns its tag.
  tag_id add(T value) {
    uint32_t i;
    if (free_.empty()) {
      i = static_cast<uint32_t>(slots_.size());
      slots_.emplace_back();
    } else {
      i = free_.back();
      free_.pop_back();
    }
    auto& s = slots_[i];
    s.used = true;
    s.value = std::move(value);
    return tag(i);
  }

  /// Returns the value under `t`, or nullptr.
  T* find(tag_id t) {
    auto i = static_cast<uint32_t>(t);
    if (i >= slots_.size() || !slots_[i].used || tag(i) != t)
      return nullptr;
    return &slots_[i].value;
  }

  /// Forgets the value under `t`. @pre `find(t)`.
  void remove(tag_id t) {
    auto i = static_cast<uint32_t>(t);
    slots_[i].used = false;
    slots_[i].value = T{};
    ++slots_[i].generation;
    free_.push_back(i);
  }

  /// Calls `f(tag, value)` for each.
  template <class F>
  void for_each(F&& f) {
    for (uint32_t i = 0; i < slots_.size(); ++i)
      if (slots_[i].used)
        f(tag(i), slots_[i].value);
  }

  size_t size() const noexcept { return slots_.size() - free_.size(); }

private:
  struct slot {
    T value{};
    uint32_t generation = 0;
    bool used = false;
  };

  tag_id tag(uint32_t i) const {
    return tag_id{uint64_t{slots_[i].generation} << 32 | i};
  }

  std::vector<slot> slots_;
  std::vector<uint32_t> free_;
};

} // namespace troupe::front::socket
