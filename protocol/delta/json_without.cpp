#include "protocol/delta/json_without.hpp"

#include "protocol/base/json_text.hpp"
#include "protocol/base/json_writer.hpp"

#include <algorithm>

namespace troupe::delta {

namespace {

bool contains(const std::vector<std::string>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

} // namespace

std::string json_without(std::string_view json, const std::vector<std::string>& names) {
  json = json_text::trim(json);
  if (json_text::is_object(json)) {
    json_object_writer out;
    std::string buffer;
    json_text::member_reader reader{json};
    while (auto m = reader.next())
      if (!contains(names, json_text::plain_key(m->key, buffer)))
        out.add_spelled(m->key, json_without(m->value, names));
    return out.object();
  }
  if (json_text::is_array(json)) {
    json_array_writer out;
    json_text::element_reader reader{json};
    while (auto element = reader.next())
      out.add_json(json_without(*element, names));
    return out.array();
  }
  return std::string{json};
}

} // namespace troupe::delta
