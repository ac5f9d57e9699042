#pragma once

#include "actors/basp/refusal.hpp"
#include "actors/loop/unique_fd.hpp"
#include "protocol/base/byte_totals.hpp"
#include "protocol/tls/channel.hpp"

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace troupe::basp {

class loop_scribe;

/// A connection to a peer that has been let in, ready for CAF's protocol.
struct connection {
  /// Does not block.
  loop::unique_fd socket;

  /// Its handshake is done. Null: the connection is not encrypted.
  std::unique_ptr<tls::channel> tls = {};

  /// What was read beyond the peer's greeting, decrypted.
  std::string early = {};

  /// The peer's CAF node id, as its greeting named it. Empty: whichever it is.
  std::string peer = {};

  /// Is told, once and on the loop's thread, why this node has ended the connection, and
  /// what the peer has said so far if that did not begin with a frame of CAF. Not called
  /// if the peer ended it, it broke, or `live_connection::close` was called.
  std::function<void(refusal, std::string_view)> on_refused = {};

  /// Counts its bytes, encrypted ones as they cross the network. Never null; for the
  /// loop's thread.
  std::shared_ptr<byte_totals> bytes = std::make_shared<byte_totals>();
};

/// A connection that was handed over, as its owner sees it. For the loop's thread only.
/// It keeps nothing alive, and may outlive the connection and the network.
class live_connection {
public:
  using time_point = std::chrono::steady_clock::time_point;

  /// Returns when a byte of the peer last came, be it of a message that is not complete.
  time_point heard_at() const noexcept { return heard_at_; }

  /// Returns how many bytes wait for the peer to read them.
  size_t waiting() const;

  /// Returns how many frames of the peer were dropped, see `frame_filter`.
  uint64_t dropped() const noexcept { return dropped_; }

  /// Returns why this node has ended the connection, if it has.
  std::optional<refusal> refused() const noexcept { return refused_; }

  /// Returns the peer's CAF node id; empty while it is not known.
  const std::string& peer() const noexcept { return peer_; }

  /// Returns false once the connection is over, or is to be by `close`.
  bool is_open() const noexcept { return scribe_ && !is_closing_; }

  /// The peer may send messages of so many bytes from now on, and three times as many may
  /// wait for it. Both bounds only grow.
  void expect(size_t bytes);

  /// Ends the connection after what runs now. Whoever monitors an actor of the peer gets
  /// its DOWN, and all handles of the peer's actors are dead.
  void close();

private:
  friend class loop_scribe;

  loop_scribe* scribe_ = nullptr;
  time_point heard_at_ = std::chrono::steady_clock::now();
  uint64_t dropped_ = 0;
  std::optional<refusal> refused_;
  std::string peer_;
  bool is_closing_ = false;
};

} // namespace troupe::basp
