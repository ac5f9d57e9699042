#include "broker/client/reply.hpp"

#include "protocol/base/json_text.hpp"
#include "protocol/base/json_writer.hpp"
#include "protocol/wires/envelope.hpp"

namespace troupe::client {

namespace {

/// Members of an error object that a fault does not keep as text: the first two are in
/// it, the others follow from it or belong to the call.
bool is_own_member(std::string_view key) {
  return key == "code" || key == "message" || key == "retryable" || key == "request_id";
}

} // namespace

fault fault_of(std::string_view text) {
  text = json_text::trim(text);
  if (!json_text::is_object(text))
    return {code::internal,
            "the node answered an error of no form: " + std::string{text}};
  fault f;
  json_object_writer relayed;
  std::string name;
  std::string buffer;
  json_text::member_reader reader{text};
  while (auto m = reader.next()) {
    auto key = json_text::plain_key(m->key, buffer);
    if (key == "code")
      name = json_text::as_text(m->value).value_or("");
    else if (key == "message")
      f.message = json_text::as_text(m->value).value_or("");
    if (is_own_member(key))
      continue;
    relayed.add_spelled(m->key, m->value);
  }
  f.details.relayed = relayed.members();
  auto known = code_from_name(name);
  f.what = known && *known != code::none ? *known : code::internal;
  if (!known)
    f.message = name.empty() ? "the node answered an error without a code: " + f.message
                             : name + ": " + f.message;
  return f;
}

result<reply> read_reply(const shared_bytes& line, bool streamed) {
  auto e = wires::cut_envelope(line);
  if (!e)
    return failure(code::internal,
                   "the node sent no answer but a line that is " + e.error());
  reply r;
  if (json_text::is_string(e->request_id))
    r.request_id = json_text::body(e->request_id);
  if (!json_text::is_absent(e->error)) {
    r.result = failure(fault_of(e->error));
    return r;
  }
  outcome good;
  if (!e->payload.empty())
    good.payload = line.cut(e->payload);
  if (auto worker = json_text::find(line.view(), "worker"))
    good.worker = shared_bytes{json_text::as_text(*worker).value_or("")};
  // The kind of an answer is the call's own, which may well be `chunk`; but an answer has
  // a worker.
  r.is_chunk = streamed && e->kind == "\"chunk\"" && good.worker.empty();
  r.result = std::move(good);
  return r;
}

} // namespace troupe::client
