#include "broker/front/mcp/rpc_answer.hpp"

#include "protocol/base/fault_json.hpp"
#include "protocol/base/json_member.hpp"
#include "protocol/base/json_text.hpp"
#include "protocol/wires/jsonrpc_message.hpp"

namespace troupe::front::mcp {

namespace {

using wires::jsonrpc_message::open;

/// The code of an error of the node, which JSON-RPC leaves to servers.
constexpr int node_error = -32000;

std::string_view text_of(const fault& why) {
  return why.message.empty() ? info(why.what).summary : std::string_view{why.message};
}

/// Returns the number that a server gave as the code of its error, or that of the node.
int64_t code_of(std::string_view error) {
  auto text = json_text::text_member(error, "worker_code");
  auto number =
      text && json_text::is_valid(*text) ? json_text::as_integer(*text) : std::nullopt;
  return number.value_or(node_error);
}

/// Returns what a client may know of an error of the node. Nobody asked it for a key, and
/// a server's stderr and pid are for operators: what it logs may be about other clients.
fault without_worker(const fault& why) {
  fault known{why.what, why.message};
  known.details.end = why.details.end;
  known.details.retry_after = why.details.retry_after;
  return known;
}

} // namespace

std::string result_message(std::string_view id, std::string_view result) {
  return open().add_json("id", id).add_json("result", result).object();
}

std::string error_message(std::string_view id, int code, std::string_view text) {
  json_object_writer error;
  error.add("code", code).add("message", text);
  return open().add_json("id", id).add_json("error", error.object()).object();
}

std::string error_message(std::string_view id, const fault& why) {
  json_object_writer error;
  if (why.what == code::worker_error) {
    auto whole = to_json(why);
    error.add("code", code_of(whole)).add("message", text_of(why));
    if (auto data = json_text::find(whole, "data"))
      error.add_json("data", *data);
  } else {
    error.add("code", why.what == code::bad_request ? invalid_request : node_error)
        .add("message", text_of(why))
        .add_json("data", to_json(without_worker(why)));
  }
  return open().add_json("id", id).add_json("error", error.object()).object();
}

std::string no_session_message(std::string_view id) {
  return error_message(id, session_not_found,
                       "no such session: begin a new one with initialize");
}

std::string notification(std::string_view method, std::string_view params) {
  auto m = open();
  m.add_json("method", method);
  if (!json_text::is_absent(params))
    m.add_json("params", params);
  return m.object();
}

std::string to_server_sent(std::string_view message, std::string_view id) {
  std::string out;
  if (!id.empty())
    out.append("id: ").append(id).append("\n");
  out += "event: message\ndata: ";
  json_text::append_on_one_line(out, message);
  out += "\n\n";
  return out;
}

} // namespace troupe::front::mcp
