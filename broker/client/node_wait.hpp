#pragma once

#include "broker/client/patience.hpp"
#include "broker/client/probe.hpp"

#include <chrono>
#include <functional>
#include <optional>
#include <string>

namespace troupe::client {

/// The waits of a client for its node, with the patience of the user.
class node_wait {
public:
  /// @param node How the node is named to the user.
  node_wait(std::string node, patience p)
    : node_(std::move(node))
    , patience_(std::move(p)) {}

  void set(patience p) { patience_ = std::move(p); }

  /// A call begins.
  /// @param timeout The call's own, if it has one.
  void begin(std::optional<std::chrono::milliseconds> timeout);

  /// Waits until `fd` can be read or written, as `events` has it. Returns false where the
  /// node is given up.
  /// @param door Where it can be asked whether it lives; null where that is of no use.
  bool until_ready(int fd, short events, const node_door* door);

  /// Tries again and again until `attempt` returns true. Returns false where the node is
  /// given up.
  bool until(const std::function<bool()>& attempt);

  /// Returns why it is given up: a sentence; empty where it is not.
  const std::string& reason() const noexcept { return reason_; }

private:
  using clock = std::chrono::steady_clock;

  /// One wait.
  struct silence {
    clock::time_point began;
    /// When the node last gave a sign of life.
    clock::time_point since;
    bool told = false;
    clock::time_point next_question;
    std::optional<probe> question = {};
  };

  silence begin_silence() const;
  /// Tells the user if it is time to. Returns false if it is time to give up.
  bool bear(silence& s);
  bool asks() const { return patience_.tell || patience_.give_up_after; }
  /// Asks whether the node lives, if it is time to.
  void ask(silence& s, const node_door& door) const;
  /// Takes what `poll` has said of the question.
  void take_answer(silence& s, short happened) const;
  /// Returns how long to poll: until the next of all this.
  int poll_time(const silence& s, bool has_door) const;

  std::string node_;
  patience patience_;
  /// When the call should have ended by itself, with grace.
  std::optional<clock::time_point> overdue_;
  std::string reason_;
};

} // namespace troupe::client
