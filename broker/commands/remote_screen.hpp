#pragma once

#include "broker/client/client.hpp"
#include "protocol/base/address.hpp"
#include "protocol/base/result.hpp"
#include "protocol/terminal/screen.hpp"

#include <memory>
#include <string>

namespace troupe::commands {

/// Returns the worker that a terminal's name means: `alice` is the worker `alice.0`.
/// The node knows programs that were spawned under names that no pool may have.
std::string to_terminal_worker(const std::string& name);

/// A copy of the screen of a node's terminal, kept up to date from its events.
class remote_screen {
public:
  /// @param worker As the user names it, perhaps with the node that it is at.
  explicit remote_screen(std::string worker)
    : worker_(std::move(worker)) {}

  /// Names it as its node does.
  /// @param own Of the worker.
  /// @param shown As events of its output name it.
  void rename(std::string own, std::string shown);

  /// Asks for the screen as it is now.
  result<> fetch(client::node_client& node);

  /// Takes an event; returns false if something between was missed, or the program is
  /// another one now: it is to be fetched again.
  bool take(std::string_view event);

  const vt::screen& screen() const { return *screen_; }
  /// Whom to call.
  const std::string& worker() const { return worker_; }
  /// The two names by which its node's events know it.
  const std::string& own_name() const { return own_name_; }
  const std::string& shown_name() const { return shown_name_; }
  /// Where these events are: `$node`, or that of another node.
  const std::string& node_target() const { return node_target_; }

  /// Takes what its program did since the last time that is on no screen.
  vt::side_effects take_side_effects() { return screen_->take_side_effects(); }

private:
  std::string worker_;
  std::string own_name_;
  std::string shown_name_;
  std::string node_target_{troupe::node_target};
  std::unique_ptr<vt::screen> screen_;
  uint64_t offset_ = 0;
};

/// Returns what has another terminal do what a program did: ring, and set the clipboard.
/// @param clipboard Whether the latter is allowed.
std::string spell(const vt::side_effects& effects, bool clipboard);

/// Draws a screen on another terminal: what changed since the last time.
class painter {
public:
  /// Returns what brings a terminal of this size from what was drawn last to `s`.
  /// @param notice Is shown in the place of the last line, unless it is empty.
  std::string paint(const vt::screen& s, vt::dimensions size,
                    std::string_view notice = {});

  /// Notes that the drawn lines are gone from the screen.
  void forget() { lines_.clear(); }

  /// Returns what makes a terminal ready to be drawn on. It remembers its title.
  static std::string enter();

  /// Returns what leaves a terminal as it was.
  static std::string leave();

private:
  std::vector<std::string> lines_;
  std::string modes_;
  std::string title_;
};

} // namespace troupe::commands
