#include "broker/front/mcp/rpc_form.hpp"

#include "protocol/base/json_member.hpp"
#include "protocol/base/json_text.hpp"

namespace troupe::front::mcp {

namespace {

constexpr auto wrong_id = "id: expected a string or a whole number";

/// Returns what is wrong with an answer to a request of a server.
std::string mistake_in_answer(const wires::jsonrpc_message::message& m) {
  if (m.result.empty() && m.error.empty())
    return "method: expected a string";
  if (!m.result.empty() && !m.error.empty())
    return "result, error: expected one of them, not both";
  if (!m.error.empty() && !json_text::is_object(m.error))
    return "error: expected an object";
  // An error may be about a request whose id could not be read.
  return is_id(m.id) || (m.id == "null" && !m.error.empty()) ? "" : wrong_id;
}

} // namespace

bool is_id(std::string_view id) {
  if (id.empty() || json_text::is_string(id))
    return !id.empty();
  auto digits = id.substr(id.starts_with('-') ? 1 : 0);
  return digits.find_first_not_of("0123456789") == digits.npos
         || json_text::as_integer(id).has_value();
}

std::string mistake_in_message(std::string_view object,
                               const wires::jsonrpc_message::message& m) {
  if (json_text::text_member(object, "jsonrpc") != "2.0")
    return "jsonrpc: expected \"2.0\"";
  if (m.method.empty())
    return mistake_in_answer(m);
  if (!json_text::is_string(m.method))
    return "method: expected a string";
  if (!m.id.empty() && !is_id(m.id))
    return wrong_id;
  auto has_params = !json_text::is_absent(m.params);
  if (has_params && !json_text::is_object(m.params) && !json_text::is_array(m.params))
    return "params: expected an object or an array";
  return {};
}

} // namespace troupe::front::mcp
