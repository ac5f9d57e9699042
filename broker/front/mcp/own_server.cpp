#include "broker/front/mcp/own_server.hpp"

#include "protocol/base/address.hpp"
#include "protocol/base/json_member.hpp"
#include "protocol/base/json_text.hpp"
#include "protocol/base/json_writer.hpp"
#include "protocol/config/pool_copy.hpp"

namespace troupe::front::mcp {

namespace {

/// The digits of a number by which copies of a pool are told apart.
constexpr size_t copy_digits = 16;

call operation(const char* kind, std::string payload) {
  call c;
  c.kind = shared_bytes{std::string{kind}};
  c.payload = shared_bytes{std::move(payload)};
  c.taken = steady_clock::now();
  return c;
}

} // namespace

call to_begin_server(std::string_view pool, std::string_view number,
                     std::chrono::milliseconds idle, std::string_view params) {
  json_object_writer payload;
  payload.add("name", pool)
      .add("id", number.substr(0, copy_digits))
      .add("idle_ms", idle.count());
  if (!json_text::is_absent(params))
    payload.add_json("initialize", params);
  return operation("copy", payload.object());
}

call to_end_server(std::string_view server) {
  return operation("remove", json_object_writer{}.add("name", server).object());
}

std::string id_of(std::string_view number, std::string_view started) {
  std::string id{number};
  id += '.';
  id += json_text::text_member(started, "node").value_or("");
  return id;
}

std::optional<own_session> own_session::parse(std::string_view id) {
  auto dot = id.find('.');
  if (dot == id.npos || dot < copy_digits || !is_valid_name(id.substr(dot + 1)))
    return std::nullopt;
  return own_session{id.substr(0, dot), id.substr(dot + 1)};
}

std::string server_of(std::string_view pool, const own_session& session) {
  auto where = parse_address(pool);
  auto name = config::copy_name(where ? std::string_view{where->pool} : pool,
                                session.number.substr(0, copy_digits));
  name += '@';
  name += session.node;
  return name;
}

bool tells_of_end(const fault& why) {
  switch (why.what) {
    case code::pool_not_found:
    case code::not_found: // its node is not known any more
    case code::node_down:
    case code::shutting_down:
      return true;
    default:
      return false;
  }
}

} // namespace troupe::front::mcp
