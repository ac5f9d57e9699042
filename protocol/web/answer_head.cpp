#include "protocol/web/answer_head.hpp"

#include "protocol/base/json_text.hpp"
#include "protocol/web/http_text.hpp"

namespace troupe::web {

namespace {

constexpr int64_t lowest_status = 100;
constexpr int64_t highest_status = 599;

fault wrong(std::string message) {
  return {code::protocol_error, "the head of an answer: " + std::move(message)};
}

result<unsigned> read_status(std::string_view head) {
  auto value = json_text::find(head, "status");
  auto number = value ? json_text::as_integer(*value) : std::nullopt;
  if (number && *number >= lowest_status && *number <= highest_status)
    return static_cast<unsigned>(*number);
  return failure(wrong("expected a status of 100 to 599, found "
                       + std::string{value.value_or("none")}));
}

bool is_number(std::string_view value) {
  return value.front() == '-' || (value.front() >= '0' && value.front() <= '9');
}

result<> add_value(const std::string& name, std::string_view value, answer_head& out) {
  std::string text;
  if (json_text::is_string(value))
    text = json_text::unescape(json_text::body(value));
  else if (is_number(value))
    text = value;
  else
    return failure(wrong("header " + name + ": expected strings"));
  if (!is_field_value(text))
    return failure(wrong("header " + name + ": control characters in the value"));
  out.headers.emplace_back(name, trim_blanks(text));
  return {};
}

result<> add_header(const json_text::member& header, answer_head& out) {
  std::string buffer;
  std::string name{json_text::plain_key(header.key, buffer)};
  if (!is_token(name))
    return failure(wrong("expected the name of a header, found " + json_string(name)));
  if (!json_text::is_array(header.value))
    return add_value(name, header.value, out);
  json_text::element_reader values{header.value};
  while (auto value = values.next())
    if (auto added = add_value(name, *value, out); !added)
      return added;
  return {};
}

result<> read_headers(std::string_view headers, answer_head& out) {
  json_text::member_reader members{headers};
  while (auto header = members.next())
    if (auto added = add_header(*header, out); !added)
      return added;
  return {};
}

/// An array without elements is what PHP makes of no headers.
bool is_empty_array(std::string_view value) {
  return json_text::is_array(value) && !json_text::element_reader{value}.next();
}

} // namespace

result<answer_head> read_answer_head(std::string_view json) {
  json = json_text::trim(json);
  if (!json_text::is_object(json) || !json_text::is_valid(json))
    return failure(wrong("expected a JSON object"));
  answer_head out;
  auto status = read_status(json);
  if (!status)
    return failure(std::move(status.error()));
  out.status = *status;
  auto headers = json_text::find(json, "headers").value_or("");
  if (json_text::is_absent(headers) || is_empty_array(headers))
    return out;
  if (!json_text::is_object(headers))
    return failure(wrong("headers: expected an object"));
  if (auto read = read_headers(headers, out); !read)
    return failure(std::move(read.error()));
  return out;
}

} // namespace troupe::web
