#include "protocol/wires/jsonrpc.hpp"

#include "protocol/base/fault_json.hpp"
#include "protocol/base/json_text.hpp"
#include "protocol/base/json_writer.hpp"
#include "protocol/wires/jsonrpc_message.hpp"
#include "protocol/wires/progress_token.hpp"
#include "protocol/wires/worker_fault.hpp"

#include <algorithm>

namespace troupe::wires {

namespace {

using jsonrpc_message::most_number;
using jsonrpc_message::open;

/// The version of MCP that the node asks for; a server may answer with another.
constexpr auto mcp_version = "2025-06-18";

/// The code of JSON-RPC for what has no other.
constexpr int server_error = -32000;

/// Returns params without a line break; empty if there are none.
result<std::string> to_params(std::string_view payload) {
  payload = json_text::trim(payload);
  std::string params;
  if (json_text::is_null(payload))
    return params;
  if (!json_text::is_object(payload) && !json_text::is_array(payload))
    return failure(malformed("payload: JSON-RPC has params that are an object or an"
                             " array, not "
                             + std::string{payload.substr(0, 100)}));
  json_text::append_on_one_line(params, payload);
  return params;
}

} // namespace

wire_kind jsonrpc::kind() {
  return {.traits = {.name = "jsonrpc"}, .make = &make};
}

std::unique_ptr<wire> jsonrpc::make(const config::pool& pool) {
  return std::make_unique<jsonrpc>(pool.jsonrpc, pool.max_frame);
}

jsonrpc::jsonrpc(config::jsonrpc options, size_t max_frame)
  : options_(std::move(options))
  , max_frame_(max_frame)
  , messages_(options_.framing, max_frame) {}

capabilities jsonrpc::understood() const {
  return {capability::cancel, capability::ping};
}

// -- to the server -------------------------------------------------------------------

uint32_t jsonrpc::add(open_request r) {
  do
    last_ = last_ == most_number ? 1 : last_ + 1;
  while (requests_.contains(last_));
  requests_.emplace(last_, std::move(r));
  return last_;
}

void jsonrpc::append(std::string& out, std::string_view text) const {
  jsonrpc_framing::append(out, options_.framing, text);
}

void jsonrpc::forget_slot(uint32_t slot) {
  if (slot >= slots_.size())
    slots_.resize(slot + 1);
  auto& [call, ping] = slots_[slot];
  requests_.erase(call);
  requests_.erase(ping);
  call = ping = 0;
}

void jsonrpc::send_handshake(std::string& out, const handshake& g) {
  json_object_writer client;
  client.add("name", "troupe").add("version", g.version);
  json_object_writer params;
  auto& own = options_.initialize;
  if (!json_text::find(own, "protocolVersion"))
    params.add("protocolVersion", mcp_version);
  if (!json_text::find(own, "capabilities"))
    params.add_json("capabilities", "{}");
  if (!json_text::find(own, "clientInfo"))
    params.add_json("clientInfo", client.object());
  params.append(json_text::members_in(own));
  append(out, open()
                  .add("id", add({open_request::kind::initialize}))
                  .add("method", "initialize")
                  .add_json("params", params.object())
                  .object());
}

result<> jsonrpc::send_call(std::string& out, slot_id id, std::string_view kind,
                            std::string_view payload, const call_terms& terms) {
  auto params = to_params(payload);
  if (!params)
    return failure(std::move(params).error());
  auto given = params->empty() ? std::string_view{"null"} : *params;
  std::string token{terms.parts ? progress_token::find(given) : ""};
  forget_slot(id.slot);
  auto number = add({open_request::kind::call, id, std::move(token)});
  auto sent =
      progress_token::with(given, terms.parts ? std::optional{number} : std::nullopt);
  auto request = open();
  request.add("id", number).add_escaped("method", kind);
  if (!json_text::is_null(sent))
    request.add_json("params", sent);
  auto text = request.object();
  if (text.size() > max_frame_) {
    requests_.erase(number);
    return failure(too_large(text.size(), max_frame_));
  }
  slots_[id.slot].first = number;
  append(out, text);
  return {};
}

bool jsonrpc::is_notification(std::string_view kind) const {
  auto& further = options_.notifications;
  return kind.starts_with("notifications/")
         || std::find(further.begin(), further.end(), json_text::unescape(kind))
                != further.end();
}

std::optional<shared_bytes> jsonrpc::answer_itself(std::string& out,
                                                   std::string_view kind,
                                                   std::string_view payload) {
  if (greeting_ && kind == "initialize")
    return greeting_;
  if (greeting_ && kind == "notifications/initialized")
    return null_payload(); // the node has said it
  if (!is_notification(kind))
    return std::nullopt;
  auto params = to_params(payload);
  if (!params)
    return std::nullopt; // refused as a call
  auto notification = open();
  notification.add_escaped("method", kind);
  if (!params->empty())
    notification.add_json("params", *params);
  auto text = notification.object();
  if (text.size() > max_frame_)
    return std::nullopt;
  append(out, text);
  return null_payload();
}

bool jsonrpc::send_cancel(std::string& out, slot_id id) {
  auto call = id.slot < slots_.size() ? slots_[id.slot].first : 0;
  if (call == 0)
    return false;
  auto params = json_object_writer{}
                    .add("requestId", call)
                    .add("reason", "nobody waits for the answer")
                    .object();
  append(out, open()
                  .add("method", "notifications/cancelled")
                  .add_json("params", params)
                  .object());
  auto number = add({open_request::kind::ping_after_cancel, id});
  slots_[id.slot].second = number;
  append(out, open().add("id", number).add("method", "ping").object());
  return true;
}

void jsonrpc::send_ping(std::string& out, uint64_t) {
  requests_.erase(ping_);
  ping_ = add({open_request::kind::ping});
  append(out, open().add("id", ping_).add("method", "ping").object());
}

void jsonrpc::send_outcome(std::string& out, std::string_view request_id,
                           const call_result& result) {
  if (auto i = asked_.find(request_id); i != asked_.end())
    asked_.erase(i);
  auto answer = open();
  answer.add_json("id", jsonrpc_message::to_id(request_id));
  if (result) {
    std::string line;
    json_text::append_on_one_line(line, result->payload.view());
    answer.add_json("result", line);
  } else {
    auto& why = result.error();
    json_object_writer error;
    error.add("code", server_error)
        .add("message", why.message.empty() ? info(why.what).summary : why.message)
        .add_json("data", to_json(why));
    answer.add_json("error", error.object());
  }
  append(out, answer.object());
}

} // namespace troupe::wires
