#include "broker/commands/progress_bar.hpp"

#include "protocol/base/json_member.hpp"
#include "protocol/base/json_text.hpp"
#include "protocol/base/printable.hpp"
#include "protocol/base/utf8.hpp"

#include <algorithm>
#include <charconv>
#include <optional>
#include <ostream>
#include <string>

namespace troupe::commands {

namespace {

constexpr size_t bar_width = 30;
/// Of the text beside the bar, so that the line stays one on a narrow terminal.
constexpr size_t longest_text = 35;

std::optional<double> fraction(std::string_view payload) {
  auto member = json_text::find_member(payload, "progress");
  double value = 0;
  if (!member)
    return std::nullopt;
  auto end = member->data() + member->size();
  if (std::from_chars(member->data(), end, value).ptr != end)
    return std::nullopt;
  return std::clamp(value, 0.0, 1.0);
}

/// Cuts to `most` characters, never within one.
std::string cut(const std::string& text, size_t most) {
  size_t count = 0;
  for (size_t i = 0; i < text.size(); ++i)
    if (!is_utf8_continuation(text[i]) && ++count > most)
      return text.substr(0, i);
  return text;
}

} // namespace

bool progress_bar::show(std::string_view payload) {
  auto part = out_ ? fraction(payload) : std::nullopt;
  if (!part)
    return false;
  auto filled = static_cast<size_t>(*part * bar_width);
  auto percent = std::to_string(static_cast<int>(*part * 100));
  auto text = json_text::as_text(json_text::find(payload, "text").value_or("null"));
  *out_ << "\r[" << std::string(filled, '#') << std::string(bar_width - filled, ' ')
        << "] " << std::string(3 - std::min<size_t>(3, percent.size()), ' ') << percent
        << "%";
  if (text)
    *out_ << ' ' << cut(printable(*text), longest_text);
  *out_ << "\x1b[K" << std::flush;
  shown_ = true;
  return true;
}

void progress_bar::clear() {
  if (shown_)
    *out_ << "\r\x1b[K" << std::flush;
  shown_ = false;
}

} // namespace troupe::commands
