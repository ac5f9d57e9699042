#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>

namespace troupe::terminal {

/// A message on its way to the program on a terminal.
struct terminal_message {
  std::string id;
  std::string from;
  std::string body;
  /// Typed at once, whatever the program is doing.
  bool steers = false;
  int64_t queued_at_ms = 0;
  /// Whether it may be typed even while messages are held.
  bool released = false;
};

enum class delivery_mode : uint8_t {
  /// Messages are typed as they come.
  auto_inject,
  /// Messages wait until somebody flushes them.
  manual_flush,
};

std::string_view to_string(delivery_mode m);
std::optional<delivery_mode> to_delivery_mode(std::string_view name);

/// The messages that wait for a terminal, and whether they may be typed.
class message_queue {
public:
  /// Returns false if there are too many already.
  bool push(terminal_message m);

  /// Returns the message to type next, if one may be typed.
  terminal_message* next();
  terminal_message pop();

  /// Lets those that wait be typed; returns how many were held until now.
  size_t flush();

  /// Changes the mode if nobody else did since: `expected` and `revision` are what the
  /// caller last saw. Returns whether they still held.
  bool set_mode(delivery_mode to, std::optional<delivery_mode> expected,
                std::optional<uint64_t> revision);
  delivery_mode mode() const noexcept { return mode_; }
  /// Counts the changes of the mode.
  uint64_t revision() const noexcept { return revision_; }

  const std::deque<terminal_message>& all() const noexcept { return all_; }

private:
  std::deque<terminal_message> all_;
  delivery_mode mode_ = delivery_mode::auto_inject;
  uint64_t revision_ = 0;
};

/// Returns `text` without control characters, those of C1 included, so that typing it
/// presses no keys.
/// @param line_end What stands for a line's end.
std::string without_controls(std::string_view text, char line_end);

/// Returns what is typed for `m`: no control characters, and marked as pasted text where
/// the program wants that.
std::string keystrokes(const terminal_message& m, bool marks_pastes);

/// Watches a terminal's output for text that was typed.
class echo_watch {
public:
  explicit echo_watch(std::string_view text);

  /// Returns whether the text has appeared, wherever its lines were broken and whatever
  /// it was decorated with.
  bool feed(std::string_view output);

  /// After `feed` has seen the text: looks for it once more, behind that place.
  void look_again();

private:
  std::string wanted_;
  std::string seen_;
};

} // namespace troupe::terminal
