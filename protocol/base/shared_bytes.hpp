#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace troupe {

/// A piece of immutable bytes that keeps the buffer it was cut from alive. Copying costs
/// a reference count, never the bytes: a payload stays where the read put it until it is
/// written out again. Safe to pass between threads.
class shared_bytes {
public:
  shared_bytes() = default;

  /// Takes over `bytes`.
  explicit shared_bytes(std::string bytes)
    : owner_(std::make_shared<const std::string>(std::move(bytes)))
    , view_(*owner_) {}

  /// Wraps bytes with static storage, such as a literal; nothing is counted.
  static shared_bytes literal(std::string_view bytes) {
    shared_bytes result;
    result.view_ = bytes;
    return result;
  }

  /// Returns the part `piece` of these bytes, sharing its buffer.
  /// @pre `piece` points into `view()`.
  shared_bytes cut(std::string_view piece) const {
    shared_bytes result;
    result.owner_ = owner_;
    result.view_ = piece;
    return result;
  }

  std::string_view view() const noexcept { return view_; }
  size_t size() const noexcept { return view_.size(); }
  bool empty() const noexcept { return view_.empty(); }
  std::string str() const { return std::string{view_}; }

  friend bool operator==(const shared_bytes& a, const shared_bytes& b) {
    return a.view_ == b.view_;
  }
  friend bool operator==(const shared_bytes& a, std::string_view b) {
    return a.view_ == b;
  }

private:
  std::shared_ptr<const std::string> owner_;
  std::string_view view_;
};

/// The JSON text `null`, which stands for an absent payload.
inline shared_bytes null_payload() {
  return shared_bytes::literal("null");
}

} // namespace troupe
