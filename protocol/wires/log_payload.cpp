#include "protocol/wires/log_payload.hpp"

#include "protocol/base/json_member.hpp"
#include "protocol/base/json_text.hpp"

namespace troupe::wires {

frame::log_line read_log_payload(std::string_view payload) {
  if (auto text = json_text::as_text(payload)) {
    auto said = split_priority(*text);
    return {std::string{said.text}, said.severity.value_or(log_severity::info)};
  }
  frame::log_line line{std::string{payload}, log_severity::info};
  if (!json_text::is_object(payload))
    return line;
  auto level = json_text::text_member(payload, "level");
  auto severity = level ? find_severity(*level) : std::nullopt;
  line.severity = severity.value_or(log_severity::info);
  auto message = json_text::text_member(payload, "message");
  json_text::member_reader reader{payload};
  auto members = 0;
  while (reader.next())
    ++members;
  if (severity && message && members == 2)
    line.text = std::move(*message);
  return line;
}

} // namespace troupe::wires
