#pragma once

#include "actors/loop/loop.hpp"
#include "actors/loop/unique_fd.hpp"
#include "broker/front/front_counts.hpp"
#include "protocol/tls/channel.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace troupe::front {

/// The stream socket of a client on a loop: bytes in the clear on this side, and on the
/// wire too unless the client is to speak TLS. It never waits.
class client_socket {
public:
  /// What there was to read.
  struct input {
    /// Valid until the memory that `read` was given is used again.
    std::string_view bytes;
    /// Whether the connection is of no more use.
    bool broken = false;
  };

  /// What became of bytes that were to be sent.
  struct output {
    /// So many of them need not be kept any longer.
    size_t taken = 0;
    enum { more_room, no_room, broken } state = more_room;
  };

  /// @param with If set, the client must speak TLS.
  client_socket(loop::event_loop& loop, loop::unique_fd socket, tls::context::ptr with);

  int get() const noexcept { return socket_.get(); }
  bool is_open() const noexcept { return socket_.is_open(); }
  void watch(uint32_t events, std::function<void(uint32_t)> on_ready) {
    socket_.watch(events, std::move(on_ready));
  }
  void want(uint32_t events) { socket_.want(events); }
  void close();

  /// Has its bytes counted from now on.
  void count_in(std::shared_ptr<front_counts> counts) { counts_ = std::move(counts); }

  /// Calls `recv` once, without waiting: for bytes that nobody takes in. Sets errno.
  ssize_t receive(std::span<char> space);

  /// Reads once, into `space`; with TLS the bytes are put into `plain`.
  input read(std::span<char> space, std::string& plain);

  /// Whether the client sends nothing more: all of it has been read.
  bool has_ended() const noexcept { return ended_; }

  /// Sends as much of `bytes` as there is room for, if any; with TLS at most
  /// `front_limits::tls_piece` of it, and what waits from before.
  output write(std::string_view bytes);

  /// Whether what is sent is encrypted.
  bool is_encrypted() const noexcept { return tls_.has_value(); }

  /// Sends as much of a file as there is room for, without a copy. No `taken` bytes in
  /// spite of room: the file ends before `offset`. @pre It is in the clear.
  output send_file(int file, uint64_t offset, size_t bytes);

  /// Whether encrypted bytes wait for room: `write` is to be called again, if only with
  /// nothing.
  bool has_output() const noexcept {
    return tls_ && !tls_->channel.pending_output().empty();
  }

  /// Whether the client makes us answer it and does not read that, below of all that the
  /// connection knows: nothing more is read from it then.
  bool is_clogged() const noexcept;

  /// Whether what the client sent first is not TLS. The rest of its connection is in the
  /// clear then, so that it can be told.
  bool is_plain_by_mistake() const noexcept { return plain_by_mistake_; }

  /// Tells the client, as far as there is room, that what it got is all.
  void say_farewell();

private:
  struct secured {
    tls::channel channel;
    /// Whether the handshake is over.
    bool open = false;
    /// Whether the client has sent anything.
    bool heard = false;
  };

  ssize_t send_some(std::string_view bytes);
  input decrypt(std::string_view cipher, std::string& plain);
  /// Returns whether that was possible.
  bool encrypt(std::string_view bytes);
  /// Sends what is encrypted.
  output send_pending();

  loop::descriptor socket_;
  /// Nothing where the client speaks in the clear.
  std::optional<secured> tls_;
  /// May be null.
  std::shared_ptr<front_counts> counts_;
  bool ended_ = false;
  bool plain_by_mistake_ = false;
};

} // namespace troupe::front
