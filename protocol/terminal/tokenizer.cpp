#include "protocol/terminal/tokenizer.hpp"

#include "protocol/base/utf8.hpp"

#include <algorithm>
#include <utility>

namespace troupe::vt {

namespace {

constexpr std::string_view replacement = "\xEF\xBF\xBD";

/// Parameters beyond these are dropped, and numbers above this are cut: nothing that
/// makes sense has them, and what counts rows in an int should not meet them.
constexpr size_t most_parameters = 256;
constexpr int largest_parameter = 32'767;

/// Digits of one number; a sequence with a longer one is dropped.
constexpr size_t most_digits = 64;

/// Bytes of a sequence. A longer one is dropped as a whole: its end must not appear as
/// text.
constexpr size_t most_sequence_bytes = 4096;

bool is_between(char c, unsigned char first, unsigned char last) {
  auto u = static_cast<unsigned char>(c);
  return u >= first && u <= last;
}

bool is_control(char c) {
  return is_between(c, 0, 0x1F) || c == 0x7F;
}

/// Returns whether `character`, one of UTF-8, is a control of C1.
bool is_c1(std::string_view character) {
  return character[0] == '\xC2' && is_between(character[1], 0x80, 0x9F);
}

} // namespace

void tokenizer::feed(std::string_view bytes, token_sink& to) {
  size_t i = 0;
  while (i < bytes.size()) {
    auto c = bytes[i];
    if (state_ == state::ground && !is_control(c)) {
      i += text(bytes.substr(i), to);
      continue;
    }
    ++i;
    if (state_ == state::character)
      character(c, to);
    else if (state_ == state::string || state_ == state::string_escape)
      in_string(c, to);
    else if (is_control(c))
      control(c, to);
    else if (state_ == state::escape)
      after_escape(c, to);
    else
      in_sequence(c, to);
  }
}

void tokenizer::reset() {
  state_ = state::ground;
  held_.clear();
}

/// Takes text from the front; returns how much.
size_t tokenizer::text(std::string_view bytes, token_sink& to) {
  auto c = bytes.front();
  if (is_between(c, 0x20, 0x7E)) {
    auto end = std::find_if_not(bytes.begin(), bytes.end(),
                                [](char x) { return is_between(x, 0x20, 0x7E); });
    auto n = static_cast<size_t>(end - bytes.begin());
    to.on_text(bytes.substr(0, n));
    return n;
  }
  if (auto n = utf8_length(bytes)) {
    if (!is_c1(bytes.substr(0, n))) // most terminals do nothing with it
      to.on_text(bytes.substr(0, n));
    return n;
  }
  if (begun_utf8_length(bytes.substr(0, 1)) == 0) {
    to.on_text(replacement);
  } else {
    held_ = c;
    state_ = state::character;
  }
  return 1;
}

void tokenizer::character(char c, token_sink& to) {
  held_ += c;
  auto length = begun_utf8_length(held_);
  if (length == 0) {
    reset();
    to.on_text(replacement);
    feed({&c, 1}, to); // it may begin something else
    return;
  }
  if (held_.size() < length)
    return;
  auto whole = std::move(held_);
  reset();
  if (!is_c1(whole))
    to.on_text(whole);
}

/// A control is acted upon at once, even inside of a sequence, which goes on after it.
void tokenizer::control(char c, token_sink& to) {
  if (c == 0x1B) {
    held_ = c;
    state_ = state::escape;
  } else if (c == 0x18 || c == 0x1A) {
    reset();
  } else if (c != 0 && c != 0x7F) {
    to.on_control(c);
  }
}

void tokenizer::after_escape(char c, token_sink& to) {
  auto too_long = !hold(c);
  if (is_between(c, 0x20, 0x2F))
    return;
  if (too_long)
    return reset();
  if (held_.size() == 2 && c == '[') {
    state_ = state::sequence;
  } else if (held_.size() == 2
             && std::string_view{"]PX^_"}.find(c) != std::string_view::npos) {
    state_ = state::string;
  } else {
    auto whole = std::move(held_);
    reset();
    if (is_between(c, 0x30, 0x7E))
      to.on_escape(std::string_view{whole}.substr(1));
  }
}

void tokenizer::in_sequence(char c, token_sink& to) {
  auto too_long = !hold(c);
  if (is_between(c, 0x20, 0x3F))
    return;
  if (is_between(c, 0x40, 0x7E) && !too_long)
    dispatch_sequence(to);
  else
    reset();
}

/// Returns whether `c` still fits. What is held of a sequence that is too long brings
/// another tokenizer to the point where nothing fits either.
bool tokenizer::hold(char c) {
  if (held_.size() > most_sequence_bytes)
    return false;
  held_ += c;
  return true;
}

void tokenizer::dispatch_sequence(token_sink& to) {
  auto whole = std::move(held_);
  reset();
  control_sequence s;
  auto text = std::string_view{whole}.substr(2);
  s.final = text.back();
  text.remove_suffix(1);
  if (!text.empty() && is_between(text.front(), 0x3C, 0x3F)) {
    s.leader = text.front();
    text.remove_prefix(1);
  }
  auto begun = false;
  size_t digits = 0;
  for (auto c : text) {
    digits = is_between(c, '0', '9') ? digits + 1 : 0;
    if (digits > most_digits)
      return;
    if (is_between(c, 0x20, 0x2F)) {
      s.intermediate = s.intermediate == 0 ? c : static_cast<char>(-1);
    } else if (s.intermediate != 0 || is_between(c, 0x3C, 0x3F)) {
      return; // not of the form
    } else {
      if (!std::exchange(begun, true))
        s.parameters.emplace_back();
      if (auto& last = s.parameters.back(); is_between(c, '0', '9'))
        last.value =
            std::min(largest_parameter, std::max(0, last.value) * 10 + (c - '0'));
      else if (last.more = c == ':'; s.parameters.size() < most_parameters)
        s.parameters.emplace_back();
      else
        break;
    }
  }
  to.on_sequence(s);
}

void tokenizer::in_string(char c, token_sink& to) {
  auto escaped = state_ == state::string_escape;
  if (c == 0x07 || (escaped && c == '\\')) {
    auto whole = std::move(held_);
    reset();
    to.on_string(whole[1], std::string_view{whole}.substr(2, whole.size() - 2 - escaped));
    return;
  }
  if (escaped) { // that ESC began something else
    held_ = '\x1B';
    state_ = state::escape;
    if (is_control(c))
      control(c, to);
    else
      after_escape(c, to);
    return;
  }
  if (c == 0x18 || c == 0x1A)
    return reset();
  if (c == 0x1B) {
    state_ = state::string_escape;
    held_ += c;
  } else if (!is_control(c)) {
    auto limit = held_.starts_with("\x1B]52;") ? clipboard_limit : string_limit;
    if (held_.size() < limit + 2)
      held_ += c;
  }
}

std::string without_c1(std::string_view text) {
  std::string out;
  for (size_t i = 0; i < text.size();) {
    auto n = utf8_length(text.substr(i));
    auto character = text.substr(i, n);
    if (n == 0)
      out += replacement;
    else if (!is_c1(character))
      out += character;
    i += std::max<size_t>(n, 1);
  }
  return out;
}

} // namespace troupe::vt
