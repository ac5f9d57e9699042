#include "protocol/wires/goridge_payload.hpp"

#include "protocol/base/json_text.hpp"
#include "protocol/base/payload_bytes.hpp"

namespace troupe::wires {

part to_part(std::string_view json) {
  if (auto text = json_text::as_text(json))
    return {std::move(*text), true};
  if (auto bytes = as_base64_object(json))
    return {std::move(*bytes), true};
  return {std::string{json}, false};
}

result<call_parts> read_raw(std::string_view payload) {
  if (!json_text::is_object(payload))
    return failure(
        malformed("payload: a call of kind raw wants an object with context and body"));
  call_parts parts;
  std::string buffer;
  json_text::member_reader reader{payload};
  while (auto m = reader.next()) {
    auto key = json_text::plain_key(m->key, buffer);
    if (key == "context")
      parts.context = to_part(m->value);
    else if (key == "body")
      parts.body = to_part(m->value);
    else
      return failure(malformed("payload: a call of kind raw has context and body, not '"
                               + std::string{key} + "'"));
  }
  return parts;
}

void append_json(std::string& out, std::string_view bytes, bool as_text) {
  if (!as_text && json_text::is_valid(bytes))
    json_text::append_on_one_line(out, bytes);
  else
    append_bytes_as_json(out, bytes);
}

} // namespace troupe::wires
