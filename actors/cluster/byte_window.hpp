#pragma once

#include "protocol/base/cluster_limits.hpp"
#include "protocol/base/ids.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>

/// How much is on its way to another node: who sends counts what the other end has not
/// taken yet, and keeps the rest to himself beyond a bound. A peer that does not read
/// costs this node no more than that.
namespace troupe::cluster {

/// The sender's side.
class byte_window {
public:
  /// Returns whether more may be sent. One message may go beyond the bound.
  bool is_open() const noexcept { return sent_ - taken_ < limits::link_window; }

  void send(size_t bytes) noexcept { sent_ += bytes; }

  /// The peer has taken so many of all bytes that were ever sent. What cannot be is
  /// ignored.
  void acknowledge(link_bytes total) noexcept {
    taken_ = std::clamp<uint64_t>(total, taken_, sent_);
  }

  uint64_t unacknowledged() const noexcept { return sent_ - taken_; }

private:
  uint64_t sent_ = 0;
  uint64_t taken_ = 0;
};

/// The receiver's side. What it has to say goes along with whatever it sends next; it
/// sends something only for that if the sender might come to a stop.
class byte_intake {
public:
  void take(size_t bytes) noexcept { taken_ += bytes; }

  /// Returns whether the peer is to be told without delay.
  bool is_due() const noexcept { return taken_ - told_ >= limits::link_window / 4; }

  /// Returns what the peer is told now.
  link_bytes tell() noexcept {
    told_ = taken_;
    return link_bytes{taken_};
  }

private:
  uint64_t taken_ = 0;
  uint64_t told_ = 0;
};

} // namespace troupe::cluster
