#pragma once

#include "actors/terminal/message_queue.hpp"

#include <optional>
#include <string_view>

namespace troupe::terminal {

/// Whether the echo of a message shows that its program has taken it in. Where the kernel
/// echoes what is typed, its echo comes first and shows nothing.
class echo_proof {
public:
  /// The message is typed now.
  void begin(std::string_view text, bool kernel_echoes);

  /// The message is entered now.
  void enter(bool kernel_echoes) { is_unprovable_ = kernel_echoes_ && kernel_echoes; }

  /// No message is watched for any more.
  void end() { watch_.reset(); }

  /// Looks at output; returns whether it shows something new.
  bool feed(std::string_view output);

  /// Whether all has been seen that there is to see.
  bool is_seen() const noexcept { return echoed_ || (is_unprovable_ && kernel_echoed_); }

  /// Whether nothing can show that the program has the message: the kernel echoed when it
  /// was typed and still did when it was entered.
  bool is_unprovable() const noexcept { return is_unprovable_; }

private:
  std::optional<echo_watch> watch_;
  bool echoed_ = false;
  /// The kernel echoed when the message was typed; its echo was seen.
  bool kernel_echoes_ = false;
  bool kernel_echoed_ = false;
  bool is_unprovable_ = false;
};

} // namespace troupe::terminal
