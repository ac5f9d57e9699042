#include "protocol/wires/jsonrpc_message.hpp"

#include "protocol/base/json_member.hpp"
#include "protocol/base/json_text.hpp"
#include "protocol/wires/worker_fault.hpp"

#include <array>
#include <utility>

namespace troupe::wires::jsonrpc_message {

message cut(const shared_bytes& text, std::string_view object) {
  constexpr std::array<std::pair<std::string_view, std::string_view message::*>, 5>
      known = {{{"id", &message::id},
                {"method", &message::method},
                {"params", &message::params},
                {"result", &message::result},
                {"error", &message::error}}};
  message m{text, {}, {}, {}, {}, {}};
  std::string buffer;
  json_text::member_reader reader{object};
  while (auto member = reader.next()) {
    auto key = json_text::plain_key(member->key, buffer);
    for (auto& [name, value] : known)
      if (key == name)
        m.*value = member->value;
  }
  return m;
}

json_object_writer open() {
  json_object_writer m;
  m.add("jsonrpc", "2.0");
  return m;
}

std::string no_such_method() {
  return json_object_writer{}
      .add("code", -32601)
      .add("message", "no such method")
      .object();
}

fault to_fault(std::string_view error) {
  auto number = json_text::find_member(error, "code");
  if (!number || json_text::is_string(*number))
    return to_worker_fault(error);
  json_object_writer same;
  std::string buffer;
  json_text::member_reader reader{error};
  while (auto m = reader.next())
    if (json_text::plain_key(m->key, buffer) != "code")
      same.add_spelled(m->key, m->value);
  return to_worker_fault(same.add("code", *number).object());
}

std::string to_request_id(std::string_view id) {
  return json_text::is_string(id) ? "s" + std::string{json_text::body(id)}
                                  : "n" + std::string{id};
}

std::string to_id(std::string_view request_id) {
  auto id = std::string{request_id.substr(1)};
  return request_id.starts_with('s') ? '"' + id + '"' : id;
}

uint32_t to_number(std::string_view value) {
  auto number = value.empty() ? std::nullopt : json_text::as_integer(value);
  return number && *number > 0 && *number <= most_number ? static_cast<uint32_t>(*number)
                                                         : 0;
}

} // namespace troupe::wires::jsonrpc_message
