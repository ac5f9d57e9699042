#include "broker/commands/event_text.hpp"

#include "protocol/base/json_text.hpp"
#include "protocol/base/printable.hpp"

#include <algorithm>

namespace troupe::commands {

namespace {

/// Whether the text between two quotes can do without them.
bool is_plain(std::string_view body) {
  auto plain = [](char c) {
    return static_cast<unsigned char>(c) > ' ' && c != '"' && c != '\\' && c != '=';
  };
  return !body.empty() && std::all_of(body.begin(), body.end(), plain);
}

std::string_view without_quotes(std::string_view value) {
  return json_text::is_string(value) ? json_text::body(value) : value;
}

} // namespace

std::string event_text(std::string_view event) {
  std::string_view time = "-";
  std::string_view kind = "-";
  std::string members;
  json_text::member_reader reader{event};
  while (auto m = reader.next()) {
    if (m->key == "time") {
      time = without_quotes(m->value);
    } else if (m->key == "kind") {
      kind = without_quotes(m->value);
    } else {
      auto plain = json_text::is_string(m->value) && is_plain(json_text::body(m->value));
      members += ' ';
      members += m->key;
      members += '=';
      members += plain ? json_text::body(m->value) : m->value;
    }
  }
  auto line = std::string{time} + ' ' + std::string{kind} + members;
  return printable(line);
}

} // namespace troupe::commands
