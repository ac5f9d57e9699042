#include "broker/commands/remote_screen.hpp"

#include "protocol/base/address.hpp"
#include "protocol/base/json_text.hpp"
#include "protocol/base/json_writer.hpp"
#include "protocol/base/payload_bytes.hpp"

#include <algorithm>

namespace troupe::commands {

namespace {

std::string text_of(std::string_view object, std::string_view key) {
  auto value = json_text::find(object, key);
  return value ? json_text::as_text(*value).value_or("") : "";
}

int64_t number_of(std::string_view object, std::string_view key) {
  auto value = json_text::find(object, key);
  return value ? json_text::as_integer(*value).value_or(0) : 0;
}

/// A terminal may take the end of one mode for that of another: all end before any
/// begins.
std::string resets() {
  std::string out;
  for (auto mode : vt::input_modes)
    out += "\x1B[?" + std::to_string(mode) + "l";
  return out;
}

} // namespace

std::string to_terminal_worker(const std::string& name) {
  return is_valid_name(name) ? worker_name(name, 0) : name;
}

void remote_screen::rename(std::string own, std::string shown) {
  // A program of the asked node may have been spawned under a name that has an @.
  auto at = shown == worker_ ? std::string::npos : worker_.rfind('@');
  auto elsewhere = at == std::string::npos ? std::string{} : worker_.substr(at);
  own_name_ = std::move(own);
  shown_name_ = std::move(shown);
  worker_ = own_name_ + elsewhere;
  node_target_ = std::string{troupe::node_target} + elsewhere;
}

result<> remote_screen::fetch(client::node_client& node) {
  auto snapshot =
      node.call(worker_, "snapshot", json_object_writer{}.add("format", "ansi").object());
  if (!snapshot)
    return failure(std::move(snapshot).error());
  auto answer = snapshot->payload.view();
  auto bytes = from_base64(text_of(answer, "screen"));
  if (!bytes)
    return failure(code::internal, worker_ + " is no terminal");
  vt::dimensions size{static_cast<int>(number_of(answer, "rows")),
                      static_cast<int>(number_of(answer, "cols"))};
  screen_ = std::make_unique<vt::screen>(size, 0);
  screen_->feed(*bytes);
  screen_->note_side_effects();
  screen_->take_side_effects();
  offset_ = static_cast<uint64_t>(number_of(answer, "offset"));
  return {};
}

bool remote_screen::take(std::string_view event) {
  auto kind = text_of(event, "kind");
  if (kind == "agent_resized") {
    screen_->resize({static_cast<int>(number_of(event, "rows")),
                     static_cast<int>(number_of(event, "cols"))});
    return true;
  }
  if (kind == "worker_ready" || kind == "gap")
    return false;
  if (kind != "worker_stream")
    return true;
  auto coded = text_of(event, "chunk_base64");
  auto bytes = coded.empty() ? text_of(event, "chunk") : from_base64(coded).value_or("");
  auto end = static_cast<uint64_t>(number_of(event, "offset"));
  if (end <= offset_)
    return true;
  if (end - bytes.size() != offset_)
    return false;
  offset_ = end;
  screen_->feed(bytes);
  screen_->take_replies(); // its program has been answered where it runs
  return true;
}

std::string painter::paint(const vt::screen& s, vt::dimensions size,
                           std::string_view notice) {
  std::string out = "\x1B[?25l";
  auto& rows = s.cells().rows();
  auto columns = std::min(size.columns, s.size().columns);
  lines_.resize(static_cast<size_t>(size.rows), "?");
  for (size_t i = 0; i < lines_.size(); ++i) {
    auto line = i < rows.size() ? vt::draw(rows[i], columns, &s.links()) : std::string{};
    if (!notice.empty() && i + 1 == lines_.size())
      line = "\x1B[7m "
             + std::string{notice.substr(0, static_cast<size_t>(size.columns) - 1)}
             + "\x1B[K";
    if (line == lines_[i])
      continue;
    out += "\x1B[" + std::to_string(i + 1) + ";1H\x1B[0m\x1B[K" + line;
    lines_[i] = std::move(line);
  }
  auto modes = resets();
  for (auto mode : vt::input_modes)
    if (s.is_set(mode))
      modes += "\x1B[?" + std::to_string(mode) + "h";
  modes += s.has_application_keypad() ? "\x1B=" : "\x1B>";
  auto& style = s.style();
  modes += "\x1B[" + std::to_string(style.shape * 2 - (style.blink ? 1 : 0)) + " q";
  if (modes != modes_)
    out += modes_ = modes;
  if (s.title() != title_)
    out += "\x1B]2;" + (title_ = s.title()) + "\x07";
  auto cursor = s.cursor();
  out += "\x1B[" + std::to_string(cursor.row + 1) + ";"
         + std::to_string(cursor.column + 1) + "H";
  if (style.visible && cursor.row < size.rows && cursor.column < size.columns)
    out += "\x1B[?25h";
  return out;
}

std::string painter::enter() {
  return "\x1B[22;0t\x1B[?1049h\x1B[H\x1B[2J";
}

std::string painter::leave() {
  std::string out = resets() + "\x1B>\x1B[0 q\x1B[0m";
  vt::append_link(out, ";");
  return out + "\x1B[?25h\x1B[?1049l\x1B[23;0t";
}

std::string spell(const vt::side_effects& effects, bool clipboard) {
  std::string out = effects.bell ? "\x07" : "";
  if (clipboard && !effects.clipboard.empty())
    out += "\x1B]52;" + effects.clipboard + "\x07";
  return out;
}

} // namespace troupe::commands
