#include "protocol/web/form_body.hpp"

#include "protocol/base/form_limits.hpp"
#include "protocol/base/json_text.hpp"
#include "protocol/web/form_tree.hpp"
#include "protocol/web/percent.hpp"

#include <algorithm>

namespace troupe::web {

fault too_many_names() {
  return {code::payload_too_large, "body: expected a form of at most "
                                       + std::to_string(limits::form_names)
                                       + " names, found more"};
}

result<std::string> read_form_body(std::string_view body) {
  form_tree tree{form_tree::of_two::last};
  while (!body.empty()) {
    auto field = body.substr(0, body.find('&'));
    body.remove_prefix(std::min(field.size() + 1, body.size()));
    if (field.empty())
      continue;
    auto name = field.substr(0, field.find('='));
    auto value = field.substr(std::min(name.size() + 1, field.size()));
    if (!tree.put(decode_form_text(name), json_string(decode_form_text(value))))
      return failure(too_many_names());
  }
  return tree.json();
}

} // namespace troupe::web
