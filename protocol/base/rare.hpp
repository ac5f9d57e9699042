#pragma once

#include <memory>
#include <optional>
#include <utility>

namespace troupe {

/// A value that is mostly absent, in an object of which there are thousands: without it
/// there is no more than a pointer. Used as a `std::optional`, which would have room for
/// it.
template <class T>
class rare {
public:
  rare() = default;
  rare(const rare& other)
    : value_(other.value_ ? std::make_unique<T>(*other.value_) : nullptr) {}
  rare(rare&&) noexcept = default;
  rare(std::optional<T> value)
    : value_(value ? std::make_unique<T>(*std::move(value)) : nullptr) {}
  rare& operator=(rare other) noexcept {
    value_ = std::move(other.value_);
    return *this;
  }
  rare& operator=(T value) {
    value_ = std::make_unique<T>(std::move(value));
    return *this;
  }

  explicit operator bool() const noexcept { return value_ != nullptr; }
  bool has_value() const noexcept { return value_ != nullptr; }

  T& operator*() noexcept { return *value_; }
  const T& operator*() const noexcept { return *value_; }
  T* operator->() noexcept { return value_.get(); }
  const T* operator->() const noexcept { return value_.get(); }

  /// Returns the value; makes it if it is absent.
  T& ensure() {
    if (!value_)
      value_ = std::make_unique<T>();
    return *value_;
  }

  /// Takes the value out, if there is one.
  std::optional<T> take() {
    auto taken = std::exchange(value_, nullptr);
    return taken ? std::optional<T>{std::move(*taken)} : std::nullopt;
  }

  void reset() noexcept { value_.reset(); }

private:
  std::unique_ptr<T> value_;
};

} // namespace troupe
