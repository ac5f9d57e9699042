#pragma once

#include "actors/loop/loop.hpp"
#include "actors/outbound/tcp_address.hpp"
#include "protocol/base/result.hpp"
#include "protocol/tls/channel.hpp"

#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace troupe::outbound {

/// A connection that this node opens: a socket of a loop, with TLS or without. Bytes may
/// be given to it at once; they leave when there is a connection. It never waits. For the
/// loop's thread only.
class client_stream {
public:
  enum class state : uint8_t {
    /// Not connected yet, or TLS has not shaken hands.
    opening,
    open,
    /// The server sends no more.
    ended,
    /// See `why`.
    failed,
  };

  /// Begins to connect; fails with the system's words.
  /// @param channel Null: without TLS.
  static result<std::unique_ptr<client_stream>, std::string>
  dial(loop::event_loop& home, const tcp_address& to,
       std::unique_ptr<tls::channel> channel);

  client_stream(loop::event_loop& home, loop::unique_fd socket,
                std::unique_ptr<tls::channel> channel);

  /// Calls `on_ready` whenever `proceed` may have something to do, until it is destroyed.
  void watch(std::function<void()> on_ready);

  /// Appends bytes for the server. `proceed` sends them.
  void send(std::string_view bytes);

  /// Does what can be done now: connects, shakes hands, sends, and reads once.
  state proceed();

  /// Returns what has been read since the last call.
  std::string take_input();

  /// Returns whether bytes for the server wait.
  bool has_output() const noexcept {
    return !output_.empty() || (tls_ && !tls_->pending_output().empty());
  }

  /// Returns whether the server could be reached at all.
  bool is_connected() const noexcept { return is_connected_; }

  /// Returns for a person why it has failed.
  const std::string& why() const noexcept { return why_; }

private:
  state fail(std::string why);
  state fail_of_tls();
  /// Whether the attempt to connect has ended, in either way.
  bool check_connected();
  bool receive();
  state decrypt();
  bool flush();

  loop::event_loop& home_;
  loop::descriptor socket_;
  std::unique_ptr<tls::channel> tls_;
  /// Not encrypted yet; without TLS, not sent yet.
  std::string output_;
  std::string input_;
  std::string why_;
  bool is_connected_ = false;
  /// With TLS: hands are shaken.
  bool is_secured_ = false;
  bool has_ended_ = false;
};

} // namespace troupe::outbound
