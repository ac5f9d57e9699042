#pragma once

#include "protocol/terminal/cell.hpp"

#include <string>
#include <string_view>

#include <termios.h>

/// The terminal that a command itself runs on: standard input and output.
namespace troupe::commands {

/// Returns whether there is one.
bool has_tty();

/// Returns its size; 24 by 80 where it says none.
vt::dimensions own_size();

/// Writes all of `bytes` to it, or as much as it takes before it goes.
void write_to_own(std::string_view bytes);

/// Has it raw and full-screen for as long as this lives.
class raw_terminal {
public:
  raw_terminal();
  ~raw_terminal();
  raw_terminal(const raw_terminal&) = delete;
  raw_terminal& operator=(const raw_terminal&) = delete;

private:
  termios before_{};
};

/// The reasons that wake a command that waits for its user, a node and signals.
enum class wakeup : char {
  /// The terminal has another size.
  resized = 'r',
  /// A signal asks the command to end.
  ended = 'e',
  /// There is news from the node.
  news = 'n',
};

/// Has signals be wakeups from now on. Returns a descriptor that is readable while there
/// are wakeups.
int watch_signals();

/// From any thread, or a signal handler.
void wake(wakeup why);

/// Returns the wakeups since the last time, a character each.
std::string take_wakeups();

} // namespace troupe::commands
