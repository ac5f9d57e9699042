#include "actors/terminal/message_queue.hpp"

#include "protocol/base/limits.hpp"
#include "protocol/terminal/tokenizer.hpp"

#include <utility>

namespace troupe::terminal {

namespace {

/// Only visible characters are compared: blanks and lines come and go on a screen.
void append_visible(std::string& out, std::string_view text) {
  for (auto c : text)
    if (static_cast<unsigned char>(c) > ' ' && c != 0x7F)
      out += c;
}

/// Keeps the text of a terminal's output.
struct text_only : vt::token_sink {
  explicit text_only(std::string& to)
    : out(to) {}
  void on_text(std::string_view bytes) override { append_visible(out, bytes); }
  void on_control(char) override {}
  void on_escape(std::string_view) override {}
  void on_sequence(const vt::control_sequence&) override {}
  void on_string(char, std::string_view) override {}

  std::string& out;
};

/// Of a long message this much at its end: programs show so much of it.
constexpr size_t compared = 64;

} // namespace

std::string_view to_string(delivery_mode m) {
  return m == delivery_mode::auto_inject ? "auto_inject" : "manual_flush";
}

std::optional<delivery_mode> to_delivery_mode(std::string_view name) {
  for (auto m : {delivery_mode::auto_inject, delivery_mode::manual_flush})
    if (name == to_string(m))
      return m;
  return std::nullopt;
}

bool message_queue::push(terminal_message m) {
  if (all_.size() >= limits::terminal_messages)
    return false;
  all_.push_back(std::move(m));
  return true;
}

terminal_message* message_queue::next() {
  if (all_.empty())
    return nullptr;
  auto& first = all_.front();
  return mode_ == delivery_mode::auto_inject || first.released ? &first : nullptr;
}

terminal_message message_queue::pop() {
  auto m = std::move(all_.front());
  all_.pop_front();
  return m;
}

size_t message_queue::flush() {
  size_t n = 0;
  for (auto& m : all_)
    if (!std::exchange(m.released, true))
      ++n;
  return n;
}

bool message_queue::set_mode(delivery_mode to, std::optional<delivery_mode> expected,
                             std::optional<uint64_t> revision) {
  if ((expected && *expected != mode_) || (revision && *revision != revision_))
    return false;
  if (mode_ != to) {
    mode_ = to;
    ++revision_;
  }
  return true;
}

std::string without_controls(std::string_view text, char line_end) {
  std::string out;
  for (auto c : vt::without_c1(text)) {
    if (c == '\n')
      out += line_end;
    else if (c == '\t' || static_cast<unsigned char>(c) >= ' ')
      out += c == 0x7F ? ' ' : c;
  }
  return out;
}

std::string keystrokes(const terminal_message& m, bool marks_pastes) {
  auto text = m.from.empty() ? m.body : "Message from " + m.from + ": " + m.body;
  auto out = without_controls(text, marks_pastes ? '\n' : '\r');
  return marks_pastes ? "\x1B[200~" + out + "\x1B[201~" : out;
}

echo_watch::echo_watch(std::string_view text) {
  append_visible(wanted_, without_controls(text, '\n'));
  if (wanted_.size() > compared)
    wanted_.erase(0, wanted_.size() - compared);
}

bool echo_watch::feed(std::string_view output) {
  vt::tokenizer cut; // a sequence cut in two shows as some letters: that does no harm
  text_only text{seen_};
  cut.feed(output, text);
  auto found = seen_.find(wanted_) != std::string::npos;
  if (!found && seen_.size() > 4 * compared)
    seen_.erase(0, seen_.size() - 2 * compared);
  return found;
}

void echo_watch::look_again() {
  auto at = seen_.find(wanted_);
  if (at != std::string::npos)
    seen_.erase(0, at + wanted_.size());
}

} // namespace troupe::terminal
