#include "protocol/wires/worker_fault.hpp"

#include "protocol/base/json_text.hpp"
#include "protocol/base/json_writer.hpp"

namespace troupe::wires {

fault to_worker_fault(std::string_view error) {
  fault f{code::worker_error};
  if (!json_text::is_object(error)) {
    f.message = json_text::as_text(error).value_or(std::string{error});
    f.details.relayed = no_worker_code;
    return f;
  }
  auto worker_code = json_text::find(error, "code").value_or("null");
  auto message = json_text::find(error, "message").value_or("null");
  f.message = json_text::as_text(message).value_or(std::string{});
  json_object_writer relayed;
  relayed.add_json("worker_code", worker_code);
  std::string buffer;
  json_text::member_reader reader{error};
  while (auto m = reader.next()) {
    auto key = json_text::plain_key(m->key, buffer);
    auto taken = key == "code" || key == "message" || key == "retryable"
                 || key == "worker_code" || key == "request_id";
    if (!taken)
      relayed.add_spelled(m->key, m->value);
  }
  f.details.relayed = relayed.members();
  return f;
}

} // namespace troupe::wires
