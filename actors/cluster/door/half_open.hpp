#pragma once

#include "actors/cluster/door/greeting.hpp"
#include "actors/loop/loop.hpp"

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace troupe::door {

/// A connection that is not let in yet: a socket, encryption, and the conversation over
/// them. Who is refused is heard for a while longer, so that the refusal reaches him.
class half_open {
public:
  using time_point = std::chrono::steady_clock::time_point;

  /// What it is made of.
  struct parts {
    loop::unique_fd socket;
    /// Null: not encrypted.
    std::unique_ptr<tls::channel> tls;
    greeting talk;
    /// See `arrival`.
    std::string address;
    /// When it is to be over; of one that is being dialled, when that must have worked.
    time_point deadline;
    /// From there on.
    std::chrono::milliseconds patience;
  };

  enum class outcome : uint8_t {
    going_on,
    /// Both ends have agreed: `take` it.
    arrived,
    /// Nothing more comes of it.
    over,
  };

  half_open(loop::event_loop& home, parts of);

  /// Calls `on_ready` whenever `proceed` may have something to do.
  void watch(std::function<void()> on_ready);

  /// Does what can be done now.
  outcome proceed();

  /// The deadline has passed: tells the peer. It is over.
  void expire();

  time_point deadline() const noexcept { return deadline_; }

  /// Returns whether this node has let the peer in.
  bool let_in() const noexcept { return talk_.was_let_in(); }

  /// Whether one of the two does not want it. It may not be over yet.
  bool is_refused() const noexcept { return talk_.now() == greeting::state::refused; }

  /// Returns why nothing comes of it.
  rejection why() const;

  /// Gives the connection away. @pre The outcome is `arrived`.
  arrival take();

  const std::optional<hello::introduction>& peer() const noexcept { return talk_.peer(); }

private:
  std::string& output() noexcept { return tls_ ? tls_->pending_output() : output_; }
  void connected();
  void receive();
  void take(std::string_view bytes);
  void decrypt();
  void hear(std::string_view text);
  void say(std::string_view text);
  void encryption_failed();
  void lost(const std::string& why);
  void flush();
  outcome conclude();

  loop::event_loop& home_;
  loop::descriptor socket_;
  std::unique_ptr<tls::channel> tls_;
  greeting talk_;
  std::string address_;
  time_point deadline_;
  std::chrono::milliseconds patience_;
  /// What is to be sent, where it is not encrypted.
  std::string output_;
  /// How far it has come.
  struct {
    bool connected = false;
    bool encrypted = false;
    bool said_farewell = false;
    bool gone = false;
  } is_;
  size_t lingered_ = 0;
};

} // namespace troupe::door
