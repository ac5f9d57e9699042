#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace troupe::vt {

/// A control sequence (ECMA-48 5.4): `CSI leader parameters intermediates final`.
struct control_sequence {
  /// Of `<=>?`; 0 for none.
  char leader = 0;
  /// Of 0x20 to 0x2F; 0 for none, -1 for more than one.
  char intermediate = 0;
  char final = 0;
  /// One parameter: its number, -1 where it is absent, and whether a part of the same
  /// parameter follows after a colon.
  struct parameter {
    int value = -1;
    bool more = false;
  };
  std::vector<parameter> parameters;

  /// Returns parameter `i`, or `otherwise` where it is absent.
  int value(size_t i, int otherwise) const {
    return i < parameters.size() && parameters[i].value >= 0 ? parameters[i].value
                                                             : otherwise;
  }
};

/// Takes the units of a terminal's output.
class token_sink {
public:
  virtual ~token_sink() = default;
  /// Printable ASCII, or one character of UTF-8 that is not ASCII. Never a control.
  virtual void on_text(std::string_view bytes) = 0;
  /// A control character of C0, except ESC, NUL, CAN and SUB.
  virtual void on_control(char c) = 0;
  /// The bytes after an ESC: intermediates and a final byte.
  virtual void on_escape(std::string_view bytes) = 0;
  virtual void on_sequence(const control_sequence& s) = 0;
  /// The introducer's second byte (`]` for OSC, `P` for DCS, …) and the contents, cut at
  /// `tokenizer::string_limit`.
  virtual void on_string(char introducer, std::string_view contents) = 0;
};

/// Cuts terminal output into units, the same ones wherever the bytes are cut: a unit that
/// is not complete is held back. Bytes that are not UTF-8 become U+FFFD.
class tokenizer {
public:
  /// Bytes kept of a string such as a title; programs send megabytes of pictures so.
  static constexpr size_t string_limit = 4096;
  /// The same for OSC 52, whose contents are of use only as a whole.
  static constexpr size_t clipboard_limit = 128 * 1024;

  void feed(std::string_view bytes, token_sink& to);

  /// Returns the bytes of the unit that is not complete: fed to another tokenizer, they
  /// bring it to the same state.
  const std::string& held() const noexcept { return held_; }

private:
  enum class state : uint8_t {
    ground,
    character,
    escape,
    sequence,
    string,
    string_escape
  };

  size_t text(std::string_view bytes, token_sink& to);
  void character(char c, token_sink& to);
  void after_escape(char c, token_sink& to);
  void in_sequence(char c, token_sink& to);
  void in_string(char c, token_sink& to);
  void control(char c, token_sink& to);
  void dispatch_sequence(token_sink& to);
  bool hold(char c);
  void reset();

  state state_ = state::ground;
  std::string held_;
};

/// Returns `text` without the controls of C1 (U+0080 to U+009F), which a terminal may
/// take for the beginning of a sequence. Bytes that are not UTF-8 become U+FFFD.
std::string without_c1(std::string_view text);

} // namespace troupe::vt
