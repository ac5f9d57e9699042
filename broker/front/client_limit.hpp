#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace troupe::front {

/// Leave for one client to be there. The place is free again when this goes. It costs no
/// memory of its own, since each connection has one.
class client_permit {
public:
  /// None.
  client_permit() = default;
  client_permit(client_permit&&) noexcept = default;
  client_permit& operator=(client_permit&& other) noexcept {
    std::swap(open_, other.open_);
    return *this;
  }
  ~client_permit() {
    if (open_)
      --*open_;
  }

  explicit operator bool() const noexcept { return open_ != nullptr; }

private:
  friend class client_limit;
  using count = std::shared_ptr<std::atomic<size_t>>;
  explicit client_permit(count open)
    : open_(std::move(open)) {}

  /// Of those who are there, with this one.
  count open_;
};

/// How many clients one front may have at a time, and how many it turned away.
/// Thread-safe.
class client_limit {
public:
  using time_point = std::chrono::steady_clock::time_point;

  /// @param name Of the front, for people.
  client_limit(std::string name, size_t most)
    : name_(std::move(name))
    , most_(most)
    , open_(std::make_shared<std::atomic<size_t>>(0)) {}

  /// Returns a permit, or none where all are taken; counts that.
  client_permit take();

  /// Returns how many clients were turned away since it last said so, if it is time to
  /// say so again.
  std::optional<uint64_t> unreported(time_point now);

  const std::string& name() const noexcept { return name_; }
  size_t most() const noexcept { return most_; }
  size_t open() const noexcept { return *open_; }
  uint64_t refused() const noexcept { return refused_; }

private:
  std::string name_;
  size_t most_;
  /// Outlives this in the permits that are out.
  std::shared_ptr<std::atomic<size_t>> open_;
  std::atomic<uint64_t> refused_{0};
  std::atomic<uint64_t> reported_{0};
  std::atomic<time_point> last_report_{time_point::min()};
};

/// Returns how many clients a front may have: `front_limits::connections`, or a quarter
/// of the descriptors that this process may open.
size_t most_clients();

} // namespace troupe::front
