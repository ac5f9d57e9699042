#pragma once

#include "actors/loop/loop.hpp"
#include "protocol/base/byte_totals.hpp"
#include "protocol/tls/channel.hpp"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace troupe::basp {

/// A socket of a loop, encrypted or not: one system call for all that can be read, and
/// one for all that is to be written. For the loop's thread only.
class byte_stream {
public:
  enum class state : uint8_t {
    open,
    /// The peer has ended, or the connection broke.
    ended,
    /// The bytes of the peer are no longer to be decrypted.
    undecipherable,
  };

  /// @param channel Null: what is written leaves as it is. Its handshake is done.
  /// @param bytes Counts what crosses the network.
  byte_stream(loop::event_loop& home, loop::unique_fd socket,
              std::unique_ptr<tls::channel> channel, std::shared_ptr<byte_totals> bytes);

  /// Calls `on_ready` when the peer has sent something or is gone, and when there is room
  /// for what waits. The handler is kept until the stream is closed.
  void watch(loop::poller::handler on_ready);

  /// Sets whether the stream is watched for bytes of the peer.
  void set_reading(bool on);

  /// Reads once. `bytes` is valid until the next read of any stream of the loop.
  state read(std::string_view& bytes);

  /// Where bytes for the peer are appended.
  std::vector<char>& output() noexcept { return output_; }

  /// Writes what the socket takes, at most `limits::flush_bytes`; the rest follows when
  /// there is room.
  state write();

  /// Returns how many bytes wait.
  size_t waiting() const;

  /// Says farewell, as far as there is room for it, and closes.
  void finish();

  void close() { socket_.close(); }
  bool is_open() const noexcept { return socket_.is_open(); }
  int descriptor() const noexcept { return socket_.get(); }

private:
  bool refill();
  void update_interest();

  loop::event_loop& home_;
  loop::descriptor socket_;
  std::unique_ptr<tls::channel> channel_;
  std::shared_ptr<byte_totals> bytes_;
  std::vector<char> output_;
  /// What has left the output: it is being written, or encrypted from `encrypted_up_to_`
  /// on.
  std::vector<char> plain_;
  size_t encrypted_up_to_ = 0;
  std::string encrypted_;
  /// How much of `encrypted_`, without TLS of `plain_`, was written.
  size_t written_ = 0;
  /// What the last read has decrypted.
  std::string decrypted_;
  bool is_reading_ = true;
  bool is_blocked_ = false;
};

} // namespace troupe::basp
