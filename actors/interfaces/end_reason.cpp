#include "actors/interfaces/end_reason.hpp"

#include "protocol/base/json_text.hpp"
#include "protocol/base/limits.hpp"

#include <algorithm>

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
  // As a client sees the line: bytes that are not UTF-8 become U+FFFD.
  auto text = json_text::unescape(json_text::body(json_string(*last)));
  return text.substr(0, limits::log_excerpt);
}

} // namespace

end_reason reason_for(const os::exit_status& status) {
  if (std::holds_alternative<os::signalled>(status))
    return end_reason::signal;
  if (std::holds_alternative<os::disconnected>(status))
    return end_reason::disconnected;
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
    line += "; the node killed it";
  if (auto& who = end.details.worker; who && who->pid)
    line += " (pid " + std::to_string(*who->pid) + ')';
  if (!reason || !is_planned(*reason))
    if (auto words_left = last_words(end); !words_left.empty())
      line += "; last words on stderr: " + words_left;
  return line;
}

} // namespace troupe
