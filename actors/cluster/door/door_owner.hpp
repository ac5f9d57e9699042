#pragma once

#include "actors/loop/unique_fd.hpp"
#include "protocol/hello/introduction.hpp"
#include "protocol/tls/channel.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace troupe::door {

/// Which end has opened a connection.
enum class opened_by : uint8_t { peer, us };

/// Which end does not want it.
enum class refused_by : uint8_t { us, peer };

/// A connection that was let in by both ends.
struct arrival {
  hello::introduction peer;
  opened_by opened = opened_by::peer;
  /// As it was dialled; else the address and port of the other end.
  std::string address;
  /// Does not block; with TCP_NODELAY.
  loop::unique_fd socket;
  /// Null: not encrypted.
  std::unique_ptr<tls::channel> tls;
  /// What was read beyond the hello, decrypted.
  std::string early;
};

/// A connection that was not.
struct rejection {
  hello::refusal refusal;
  refused_by by = refused_by::us;
  opened_by opened = opened_by::peer;
  /// As in `arrival`.
  std::string address;
  /// The name in its introduction; empty if there was none.
  std::string node = {};
};

/// Who decides what the door does not, and hears what becomes of connections. All is
/// called on the door's loop. No member may destroy the door.
class door_owner {
public:
  virtual ~door_owner() = default;

  /// Decides about a node that fits, whose certificate has its name. Returns why it is
  /// refused, or nothing to let it in. After that exactly one of `arrived`,
  /// `fell_through` and `dial_failed` is called.
  virtual std::optional<hello::refusal> judge(const hello::introduction& peer,
                                              opened_by opened,
                                              const std::string& address) = 0;

  /// A connection is through.
  virtual void arrived(arrival who) = 0;

  /// Nothing comes of a node that has dialled and was let in: it has refused us, or is
  /// gone.
  virtual void fell_through(const hello::introduction& peer, const rejection& why) = 0;

  /// Nothing comes of an address that was dialled.
  virtual void dial_failed(const rejection& why) = 0;

  /// A connection was refused, by us or by the peer. For the log and for events: at most
  /// once a second for each reason.
  /// @param times How many of this reason there were since the last report; at least 1.
  virtual void refused(const rejection& last, uint64_t times) = 0;
};

} // namespace troupe::door
