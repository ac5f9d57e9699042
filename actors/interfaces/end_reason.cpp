#include "actors/interfaces/end_reason.hpp"

#include "protocol/base/json_text.hpp"
#include "protocol/base/limits.hpp"
#include "protocol/base/log_severity.hpp"

#include <algorithm>
#include <csignal>

namespace troupe {

namespace {

/// Returns the last line of a worker's stderr that says anything.
std::string last_words(const fault& end) {
  auto& worker = end.details.worker;
  if (!worker || !worker->stderr_lines)
    return {};
  auto& lines = *worker->stderr_lines;
  auto last = std::find_if(lines.rbegin(), lines.rend(),
                           [](auto& line) { return !line.empty(); });
  if (last == lines.rend())
    return {};
  auto said = split_priority(*last).text;
  // As a client sees the line: bytes that are not UTF-8 become U+FFFD.
  auto text = json_text::unescape(json_text::body(json_string(said)));
  return text.substr(0, limits::log_excerpt);
}

/// Returns what the node did to a worker that did not end by itself; empty if its end was
/// not seen, such as that of a thread which never returned.
std::string_view deed_of_node(const exit_status& status) {
  if (std::holds_alternative<unseen>(status))
    return {};
  if (std::holds_alternative<disconnected>(status))
    return "; the node closed its connection";
  auto signal = std::get_if<signalled>(&status);
  auto stopped =
      std::holds_alternative<exited>(status) || (signal && signal->signal == SIGTERM);
  return stopped ? "; the node stopped it" : "; the node killed it";
}

} // namespace

end_reason reason_for(const os::exit_status& status) {
  if (std::holds_alternative<os::signalled>(status))
    return end_reason::signal;
  if (std::holds_alternative<os::disconnected>(status))
    return end_reason::disconnected;
  // Nobody saw how a process ended that had outlived its node: no sign of a crash.
  auto code = std::get_if<os::exited>(&status);
  return code && code->code != 0 ? end_reason::crash : end_reason::exit;
}

std::string describe_end(std::string_view worker, const fault& end) {
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
    line += deed_of_node(end.details.end->status);
  if (auto& who = end.details.worker; who && who->pid)
    line += " (pid " + std::to_string(*who->pid) + ')';
  if (!reason || !is_planned(*reason))
    if (auto words_left = last_words(end); !words_left.empty())
      line += "; last words on stderr: " + words_left;
  return line;
}

} // namespace troupe
