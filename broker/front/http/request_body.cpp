#include "broker/front/http/request_body.hpp"

#include "protocol/base/json_text.hpp"
#include "protocol/base/json_writer.hpp"

namespace troupe::front::http {

result<shared_bytes> operation_payload(const std::vector<std::string>& segments,
                                       std::string_view body) {
  auto members = json_text::trim(body);
  if (!members.empty()) {
    if (auto valid = json_text::validate(members); !valid)
      return failure(malformed("the body is not JSON: " + valid.error()));
    if (!json_text::is_object(members))
      return failure(malformed("the body is not a JSON object"));
    members = json_text::members_in(members);
  }
  json_object_writer all;
  all.append(members);
  if (!segments.empty()) // the last of two with the same name counts
    all.add("name", segments.front());
  return all.empty() ? null_payload() : shared_bytes{all.object()};
}

} // namespace troupe::front::http
