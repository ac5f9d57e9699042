#include "actors/interfaces/end_reason.hpp"

#include "protocol/base/json_member.hpp"
#include "protocol/base/json_text.hpp"
#include "protocol/base/limits.hpp"

#include <array>

namespace troupe {

namespace {

constexpr std::array<std::string_view, static_cast<size_t>(end_reason::count_)> words = {
    "exit",      "crash",          "signal", "disconnected", "timeout", "cancelled",
    "heartbeat", "protocol_error", "frame",  "jobs",         "age",     "idle",
    "memory",    "restart",        "reload", "scale",        "stop",    "shutdown"};

/// Returns the last line of stderr in the members of a fault that says anything.
std::string last_words(std::string_view members) {
  auto lines = json_text::find_member(members, "stderr");
  std::string last;
  if (!lines || !lines->starts_with('['))
    return last;
  json_text::element_reader reader{*lines};
  while (auto line = reader.next())
    if (auto text = json_text::as_text(*line).value_or(""); !text.empty())
      last = std::move(text);
  return last.substr(0, limits::log_excerpt);
}

} // namespace

std::string_view word_for(end_reason r) {
  auto i = static_cast<size_t>(r);
  return i < words.size() ? words[i] : std::string_view{"unknown"};
}

std::optional<end_reason> end_reason_from(std::string_view word) {
  for (size_t i = 0; i < words.size(); ++i)
    if (words[i] == word)
      return static_cast<end_reason>(i);
  return std::nullopt;
}

end_reason reason_for(const os::exit_status& status) {
  if (std::holds_alternative<os::signalled>(status))
    return end_reason::signal;
  if (std::holds_alternative<os::disconnected>(status))
    return end_reason::disconnected;
  auto code = std::get_if<os::exited>(&status);
  return code && code->code != 0 ? end_reason::crash : end_reason::exit;
}

std::optional<end_reason> reason_in(const fault& end) {
  auto members = "{" + end.details + "}";
  auto word = json_text::text_member(members, "reason");
  return word ? end_reason_from(*word) : std::nullopt;
}

std::string reason_member(end_reason r) {
  return "\"reason\":\"" + std::string{word_for(r)} + '"';
}

std::string describe_end(std::string_view worker, const fault& end) {
  auto members = "{" + end.details + "}";
  auto reason = reason_in(end);
  auto line = std::string{worker};
  line += reason ? " ended (" + std::string{word_for(*reason)} + "): "
                 : " could not be started (" + to_string(end.what) + "): ";
  // The message begins with the name where it stands alone, as in an answer.
  std::string_view message = end.message;
  if (message.starts_with(worker) && message.substr(worker.size()).starts_with(' '))
    message.remove_prefix(worker.size() + 1);
  line += message;
  if (reason && *reason >= end_reason::timeout && !is_planned(*reason))
    line += "; the node killed it";
  if (auto pid = json_text::find_member(members, "pid"))
    line += " (pid " + std::string{*pid} + ')';
  if (!reason || !is_planned(*reason))
    if (auto words_left = last_words(members); !words_left.empty())
      line += "; last words on stderr: " + words_left;
  return line;
}

} // namespace troupe
