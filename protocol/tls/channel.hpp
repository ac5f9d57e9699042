#pragma once

#include "protocol/tls/context.hpp"
#include "protocol/tls/flaw.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace troupe::tls {

/// How far a channel has come.
enum class progress : uint8_t {
  /// The handshake is over.
  done,
  /// All that was fed is used up: it goes on with more.
  wants_input,
  /// The peer has said that it sends no more. Nothing is missing.
  closed,
  /// See `channel::error`.
  failed,
};

/// One connection, as bytes: encrypted ones of the peer go in by `feed`, encrypted ones
/// for the peer gather in `pending_output`. It owns no descriptor and never waits.
///
/// Whoever has called any member sends what is in `pending_output`, also after a failure:
/// it may be the alert that tells the peer why. In TLS 1.3 the dialling end is done
/// before the other has looked at its certificate: a refusal reaches it when it reads.
/// Not thread-safe.
class channel {
public:
  /// Returns the end that was dialled.
  static channel server(context::ptr shared);

  /// Returns the end that dials.
  /// @param host_name Asked for, and expected in the certificate; empty: any name will
  /// do.
  static channel client(context::ptr shared, const std::string& host_name = {});

  channel(channel&&) noexcept;
  channel& operator=(channel&&) noexcept;
  ~channel();

  /// Takes encrypted bytes of the peer.
  void feed(std::string_view cipher);

  /// The peer's stream is over: what was fed is all.
  void feed_end();

  /// Goes on with the handshake. Returns `done`, `wants_input` or `failed`.
  progress handshake();

  /// Appends to `plain` all that the bytes fed so far contain: never more than those.
  /// Returns `wants_input`, `closed` or `failed`; bytes may have been appended with each.
  /// @pre The handshake is done.
  progress read(std::string& plain);

  /// Appends `plain`, encrypted, to the pending output. Returns false once the channel
  /// has failed. @pre The handshake is done.
  bool write(std::string_view plain);

  /// Tells the peer that nothing more follows. Without it the peer takes the end of the
  /// stream for an attack. @pre The handshake is done; nothing is written any more.
  void close_notify();

  /// What is to be sent. Whoever sends a part of it erases that part: the memory is used
  /// again, which for large data is most of the cost.
  std::string& pending_output() noexcept;
  const std::string& pending_output() const noexcept;

  /// Returns what is to be sent, which is then no longer pending.
  std::string take_output();

  /// Returns why it has failed; `flaw::none` if it has not.
  const channel_error& error() const noexcept;

  /// Returns the names in the peer's certificate (DNS names among its subject alternative
  /// names; the common name is none); nothing before the handshake is done.
  std::vector<std::string> peer_names() const;

private:
  struct native;
  explicit channel(std::unique_ptr<native> of);

  std::unique_ptr<native> native_;
};

} // namespace troupe::tls
