#include "protocol/delta/json_without.hpp"

#include "protocol/base/json_text.hpp"

#include <algorithm>

namespace troupe::delta {

namespace {

using names = std::vector<std::string>;

void append_without(std::string& out, std::string_view value, const names& unwanted);

void append_members(std::string& out, std::string_view object, const names& unwanted) {
  std::string buffer;
  auto begin = out.size();
  json_text::member_reader reader{object};
  while (auto m = reader.next()) {
    if (std::find(unwanted.begin(), unwanted.end(), json_text::plain_key(m->key, buffer))
        != unwanted.end())
      continue;
    out += out.size() == begin ? "\"" : ",\"";
    out += m->key;
    out += "\":";
    append_without(out, m->value, unwanted);
  }
}

void append_elements(std::string& out, std::string_view array, const names& unwanted) {
  auto begin = out.size();
  json_text::element_reader reader{array};
  while (auto element = reader.next()) {
    if (out.size() != begin)
      out += ',';
    append_without(out, *element, unwanted);
  }
}

void append_without(std::string& out, std::string_view value, const names& unwanted) {
  if (json_text::is_object(value)) {
    out += '{';
    append_members(out, value, unwanted);
    out += '}';
  } else if (json_text::is_array(value)) {
    out += '[';
    append_elements(out, value, unwanted);
    out += ']';
  } else {
    out += value;
  }
}

} // namespace

std::string json_without(std::string_view json, const std::vector<std::string>& names) {
  std::string out;
  out.reserve(json.size());
  append_without(out, json_text::trim(json), names);
  return out;
}

} // namespace troupe::delta
