#include "broker/front/mcp/call_back.hpp"

#include "protocol/base/address.hpp"
#include "protocol/base/json_member.hpp"
#include "protocol/base/json_text.hpp"
#include "protocol/base/json_writer.hpp"
#include "protocol/base/listing_limits.hpp"
#include "protocol/wires/jsonrpc_message.hpp"

#include <utility>

namespace troupe::front::mcp {

namespace {

bool ask(web::web_answer& answer, std::string_view kind, std::string payload) {
  call c;
  c.kind = shared_bytes{std::string{kind}};
  c.payload = shared_bytes{std::move(payload)};
  c.taken = steady_clock::now();
  return answer.call_pool(node_target, std::move(c)).has_value();
}

} // namespace

shared_bytes call_name(std::string_view session, std::string_view id) {
  return shared_bytes{std::string{session} + '.'
                      + wires::jsonrpc_message::to_request_id(id)};
}

call_back::call_back(std::string_view pool, const shared_bytes& name)
  : pool_(pool)
  , name_(name.str()) {}

bool call_back::begin(web::web_answer& answer) {
  return ask(answer, "calls",
             json_object_writer{}
                 .add("pool", pool_)
                 .add("limit", limits::listed_calls_most)
                 .add("cluster", true)
                 .object());
}

bool call_back::go_on(const call_result& result, web::web_answer& answer) {
  if (std::exchange(listed_, true) || !result
      || !json_text::is_array(result->payload.view()))
    return false;
  json_text::element_reader rows{result->payload.view()};
  while (auto row = rows.next()) {
    auto name = json_text::find_member(*row, "request_id").value_or("null");
    auto id = json_text::find_member(*row, "id");
    if (id && json_text::is_string(name) && json_text::body(name) == name_)
      return ask(answer, "cancel_call",
                 json_object_writer{}.add_json("id", *id).object());
  }
  return false;
}

} // namespace troupe::front::mcp
