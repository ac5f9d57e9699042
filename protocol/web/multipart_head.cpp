#include "protocol/web/multipart_head.hpp"

#include "protocol/web/http_text.hpp"
#include "protocol/web/percent.hpp"

#include <algorithm>

namespace troupe::web {

namespace {

/// Returns what `filename*=UTF-8''a%20b` says (RFC 8187): RFC 7578 does without, but
/// there are clients that send it.
std::optional<std::string> decode_extended(std::string_view text) {
  auto quote = text.find('\'');
  auto second = quote == text.npos ? quote : text.find('\'', quote + 1);
  if (second == text.npos || !equal_ignoring_case(text.substr(0, quote), "utf-8"))
    return {};
  return percent_decode(text.substr(second + 1));
}

std::optional<std::string> file_name_in(const parametrized_value& disposition) {
  auto name = disposition.parameter("filename");
  if (!name)
    if (auto extended = disposition.parameter("filename*"))
      name = decode_extended(*extended);
  if (!name)
    return {};
  name->erase(0, name->find_last_of("/\\") + 1);
  // A form whose user has chosen no file has an empty name there: it is a field.
  return name->empty() ? std::nullopt : name;
}

void read_disposition(std::string_view text, part_head& out) {
  parametrized_value disposition{text};
  if (!equal_ignoring_case(disposition.value(), "form-data"))
    return;
  out.name = disposition.parameter("name").value_or("");
  out.file_name = file_name_in(disposition);
}

} // namespace

result<part_head> read_part_head(std::string_view text) {
  part_head out;
  while (!text.empty()) {
    auto line = text.substr(0, text.find("\r\n"));
    text.remove_prefix(std::min(line.size() + 2, text.size()));
    auto name = line.substr(0, line.find(':'));
    if (name.size() == line.size() || !is_token(name))
      return failure(malformed("body: expected a header of a part, found no name"));
    auto value = trim_blanks(line.substr(name.size() + 1));
    if (!is_field_value(value))
      return failure(malformed("body: a header of a part has control characters"));
    if (equal_ignoring_case(name, "Content-Disposition"))
      read_disposition(value, out);
    else if (equal_ignoring_case(name, "Content-Type"))
      out.type = value;
  }
  return out;
}

} // namespace troupe::web
