#include "protocol/wires/worker_fault.hpp"

#include "protocol/base/json_text.hpp"
#include "protocol/base/json_writer.hpp"

namespace troupe::wires {

fault_details worker_code(std::optional<std::string_view> named) {
  json_object_writer out;
  if (named)
    out.add("worker_code", *named);
  else
    out.add("worker_code", nullptr);
  return {.relayed = out.members()};
}

fault too_large(size_t size, size_t most) {
  return {code::payload_too_large, "the call has " + std::to_string(size)
                                       + " bytes, a frame of this pool carries "
                                       + std::to_string(most)};
}

fault to_worker_fault(std::string_view error) {
  fault f{code::worker_error};
  if (!json_text::is_object(error)) {
    f.message = json_text::as_text(error).value_or(std::string{error});
    f.details = worker_code(std::nullopt);
    return f;
  }
  auto code_text = json_text::find(error, "code").value_or("null");
  auto message = json_text::find(error, "message").value_or("null");
  f.message = json_text::as_text(message).value_or(std::string{});
  json_object_writer relayed;
  relayed.add_json("worker_code", code_text);
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
