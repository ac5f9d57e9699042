#include "tests/program/workers/call_line.hpp"

namespace {

/// Returns what stands between `from` and the next `to` that is not escaped, or nothing.
std::string between(const std::string& text, const std::string& from, char to) {
  auto start = text.find(from);
  if (start == std::string::npos)
    return {};
  start += from.size();
  auto end = start;
  while (end < text.size() && text[end] != to)
    end += text[end] == '\\' ? 2 : 1;
  return text.substr(start, end - start);
}

} // namespace

call_line::call_line(const std::string& line)
  : kind(between(line, "\"kind\":\"", '"'))
  , id("null") {
  if (line.find("\"request_id\":\"") != std::string::npos)
    id = '"' + between(line, "\"request_id\":\"", '"') + '"';
  // The payload may hold anything, so its end is looked for from behind.
  const std::string head = ",\"payload\":";
  auto start = line.find(head);
  auto end = line.rfind(",\"error\":null");
  payload = "null";
  if (start != std::string::npos && end != std::string::npos && end > start)
    payload = line.substr(start + head.size(), end - start - head.size());
  if (auto at = line.rfind("\"deadline_ms\":"); at != std::string::npos)
    deadline_ms = std::stoll(line.substr(at + 14));
}

bool call_line::has(const std::string& key) const {
  return payload.find('"' + key + "\":") != std::string::npos;
}

int64_t call_line::number(const std::string& key, int64_t otherwise) const {
  auto at = payload.find('"' + key + "\":");
  return at == std::string::npos ? otherwise
                                 : std::stoll(payload.substr(at + key.size() + 3));
}
