#pragma once

#include <iosfwd>
#include <string_view>

namespace troupe::commands {

/// Shows how far a call is, on one line of a terminal that it clears when it goes.
class progress_bar {
public:
  /// @param out A terminal, or nullptr to show nothing.
  explicit progress_bar(std::ostream* out)
    : out_(out) {}
  progress_bar(const progress_bar&) = delete;
  progress_bar& operator=(const progress_bar&) = delete;
  ~progress_bar() { clear(); }

  /// Shows a part of a streamed result if it says how far the call is:
  /// `{"progress": 0…1, "text"?: string}`. Returns whether it did.
  bool show(std::string_view payload);

  /// Takes the line away, for something else to be written.
  void clear();

private:
  std::ostream* out_;
  bool shown_ = false;
};

} // namespace troupe::commands
