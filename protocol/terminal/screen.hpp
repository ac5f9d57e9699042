#pragma once

#include "protocol/terminal/grid.hpp"
#include "protocol/terminal/link_table.hpp"
#include "protocol/terminal/tokenizer.hpp"

#include <array>
#include <bitset>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

struct VTerm;
struct VTermState;

namespace troupe::vt {

struct emulator_callbacks;

/// How the cursor looks, as DECSCUSR counts: 1 block, 2 underline, 3 bar.
struct cursor_style {
  bool visible = true;
  bool blink = true;
  int shape = 1;

  bool operator==(const cursor_style&) const = default;
};

/// The modes that concern what a person types and clicks, and what the program is told
/// of it: `CSI ? number h`. A mode that is reset also ends another one in many terminals,
/// so all are reset before any is set.
inline constexpr std::array input_modes = {1,    9,    1000, 1001, 1002, 1003,
                                           1004, 1005, 1006, 1015, 1016, 2004};

/// Effects of a program that leave nothing on its screen, but are meant for viewers.
struct side_effects {
  bool bell = false;
  /// The contents of the last OSC 52 that sets a clipboard: `SELECTION;BASE64`.
  std::string clipboard;
};

/// The state that ESC 7 saves.
struct saved_cursor {
  position where;
  troupe::vt::look look;
  cursor_style style;
};

/// A terminal: bytes of a program in, a screen out. libvterm is the emulator; this keeps
/// the cells, and beside it all state that decides what later bytes mean, so that
/// `ansi` brings another terminal to exactly the same point. A pure value of the bytes it
/// was fed, however they were cut. Not thread-safe.
class screen : private token_sink {
public:
  static constexpr int largest = 1000;

  /// @param size From 1 to `largest` each way.
  /// @param scrollback Lines kept of those that left the screen.
  explicit screen(dimensions size, size_t scrollback = 1000);
  ~screen() override;
  screen(const screen&) = delete;
  screen& operator=(const screen&) = delete;

  void feed(std::string_view bytes);
  void resize(dimensions to);

  /// Takes what the terminal answers to the program's questions about it: input for the
  /// program.
  std::string take_replies() { return std::exchange(replies_, {}); }

  dimensions size() const noexcept { return grid_.size(); }
  const grid& cells() const noexcept { return grid_; }
  position cursor() const;
  const cursor_style& style() const noexcept { return style_; }
  const std::string& title() const noexcept { return title_; }
  /// How many bytes it was fed.
  uint64_t offset() const noexcept { return offset_; }
  /// Whether the mode `CSI ? number h` is set, of those that concern what a person types.
  bool is_set(int number) const;
  /// Whether the keypad sends sequences (DECKPAM).
  bool has_application_keypad() const noexcept { return keypad_; }
  const link_table& links() const noexcept { return links_; }

  /// Has side effects noted from now on.
  void note_side_effects() { notes_effects_ = true; }
  /// Takes those since the last time.
  side_effects take_side_effects() { return std::exchange(effects_, {}); }

  /// Returns the text on the screen: its lines, without the blanks at their ends.
  /// @param scrollback How many lines before those.
  std::string plain(size_t scrollback = 0) const;

  /// Returns a stream that brings a terminal of the same size, whatever state it is in,
  /// to where this one is: cells, cursor, modes, and what was begun and is not complete.
  std::string ansi(size_t scrollback = 0) const;

private:
  friend struct emulator_callbacks;

  void on_text(std::string_view bytes) override;
  void on_control(char c) override;
  void on_escape(std::string_view bytes) override;
  void on_sequence(const control_sequence& s) override;
  void on_string(char introducer, std::string_view contents) override;

  /// Has the emulator act upon `bytes`, whole units only.
  void act(std::string_view bytes);
  void act(const control_sequence& s);
  void cursor_may_have_moved(position before);
  void set_look(const control_sequence& s);
  void set_modes(const control_sequence& s);
  void set_private_mode(int number, bool on);
  void note_mode(int number, bool on);
  void set_link(std::string_view link);
  void forget_unused_links();
  void note_clipboard(std::string_view contents);
  void set_margins(const control_sequence& s);
  void set_tab_stops(const control_sequence& s);
  void repeat(int times);
  void save_cursor();
  void restore_look();
  void reset_hard();
  void reset_soft();
  /// Moves a saved cursor that is outside of the screen into it.
  void pull_in_saved_cursor();
  int width_of_line(int row) const;
  /// Returns what was written last if the cursor is still behind it, else nullptr.
  const cell* last_written() const;
  /// Returns the look of what is written next.
  look pen() const;

  // -- snapshot.cpp --------------------------------------------------------------

  void append_prologue(std::string& out) const;
  void append_history(std::string& out, size_t lines) const;
  void append_rows(std::string& out, const std::vector<row>& rows, int columns) const;
  void append_saved(std::string& out) const;
  void append_state(std::string& out) const;
  void append_cursor(std::string& out) const;

  std::unique_ptr<VTerm, void (*)(VTerm*)> emulator_;
  VTermState* state_ = nullptr;
  grid grid_;
  tokenizer tokens_;
  uint64_t offset_ = 0;
  std::string replies_;
  std::string title_;
  link_table links_;
  uint32_t links_refused_ = 0;
  bool notes_effects_ = false;
  side_effects effects_;

  // State that libvterm does not show, computed from the same input.
  look pen_;
  bool faint_ = false;
  bool conceal_ = false;
  bool guarded_ = false;
  uint16_t link_ = 0;
  cursor_style style_;
  saved_cursor saved_;
  /// Modes that are set, of those whose default is not.
  std::map<int, bool> private_modes_;
  bool wraps_ = true;
  bool inserts_ = false;
  bool newline_ = false;
  bool origin_ = false;
  bool side_margins_ = false;
  bool keypad_ = false;
  int top_ = 0;
  int bottom_ = -1;
  int left_ = 0;
  int right_ = -1;
  std::bitset<largest> tabs_;
  std::array<char, 4> charsets_{};
  char shift_ = 0;
  /// SS2 or SS3, for the next character alone.
  char single_shift_ = 0;
  /// Written into the last column: the next character goes to the next line.
  bool pending_wrap_ = false;

  /// The last character: marks may come after it.
  struct {
    position where{-1, -1};
    int width = 1;
    std::array<char32_t, 4> text{};
  } last_;
};

/// Returns a stream that writes the first `columns` cells of `r` from where the cursor
/// is.
/// @param links What cells lead to; without, they lead nowhere.
std::string draw(const row& r, int columns, const link_table* links = nullptr);

/// Appends the sequence that makes what follows look so.
void append_look(std::string& out, const look& how);

} // namespace troupe::vt
