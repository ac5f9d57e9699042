#pragma once

#include "broker/top/frame.hpp"
#include "broker/top/model.hpp"

#include <memory>
#include <optional>

namespace troupe::top {

/// The user's terminal, full-screen for as long as this lives: standard input and output.
/// There is one at a time.
class window {
public:
  /// Returns nothing if the terminal cannot move its cursor, as a dumb one.
  static std::unique_ptr<window> open(bool colour);

  ~window();
  window(const window&) = delete;
  window& operator=(const window&) = delete;

  extent size() const;

  /// Shows a frame: what differs from the last one is written.
  void paint(const frame& f);

  /// Returns the next key that was typed, if one was. Keys without a meaning are skipped.
  std::optional<key> read_key();

  /// The terminal has another size.
  void resized();

  /// Gives the terminal to another program, and takes it back.
  void suspend();
  void resume();

private:
  explicit window(bool colour);

  struct screen;
  std::unique_ptr<screen> screen_;
};

} // namespace troupe::top
