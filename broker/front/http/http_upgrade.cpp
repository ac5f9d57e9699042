#include "broker/front/http/http_connection.hpp"

#include <boost/beast/http/rfc7230.hpp>

/// The change from HTTP to a WebSocket, and what that works with.
namespace troupe::front::http {

namespace http = boost::beast::http;

constexpr unsigned switching_protocols = 101;
constexpr unsigned upgrade_required = 426;

/// Returns why a page of this origin may not connect.
static http_refusal refuse_page(std::string_view origin) {
  return {{code::forbidden, "Origin: pages of " + std::string{origin}
                                + " may not connect; allow_origins of [http] names those"
                                  " that may, beside the node's own"}};
}

void http_connection::write(std::string_view bytes) {
  out() += bytes;
  send();
}

void http_connection::close_when_sent(bool client_has_ended) {
  client_.sending = !client_has_ended;
  close_after_output();
}

result<std::string> http_connection::terminal_named(std::string name) const {
  auto worker = context().directory->shown_worker(name);
  auto pool = worker.substr(0, worker.find('.'));
  if (auto at = worker.find('@'); at != std::string::npos) {
    auto others = context().directory->others();
    if (others && others->has_terminal(pool, worker.substr(at + 1)))
      return worker;
    return failure(code::worker_not_found, "no terminal named " + name);
  }
  auto workers = context().directory->workers_of(pool);
  if (workers && workers->has_terminal)
    return worker;
  if (workers)
    return failure(code::not_a_terminal, pool + " is no terminal");
  return failure(code::worker_not_found, "no terminal named " + name);
}

result<void, http_refusal> http_connection::use_terminal(http_request& r) const {
  auto worker = terminal_named(r.to);
  if (!worker)
    return failure(http_refusal{std::move(worker).error()});
  r.to = *std::move(worker);
  return {};
}

result<void, http_refusal> http_connection::upgrade(const http_fields& m,
                                                    http_request& r) {
  auto key = m["Sec-WebSocket-Key"];
  auto wants = m.version() >= 11
               && http::token_list{m[http::field::connection]}.exists("upgrade")
               && http::token_list{m[http::field::upgrade]}.exists("websocket")
               && m[http::field::sec_websocket_version] == "13";
  if (!wants)
    return failure(http_refusal{malformed("this route wants a WebSocket (version 13)"),
                                upgrade_required,
                                "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"});
  if (m.count(http::field::sec_websocket_key) != 1
      || !front::websocket::is_key({key.data(), key.size()}))
    return failure(
        http_refusal{malformed("Sec-WebSocket-Key: expected 16 bytes in base64")});
  auto origin = m[http::field::origin];
  auto host = m[http::field::host];
  if (!context().origins.allows({origin.data(), origin.size()}, scheme_,
                                {host.data(), host.size()}))
    return failure(refuse_page({origin.data(), origin.size()}));
  if (exchanges_.size() > 1)
    return failure(http_refusal{malformed("an upgrade cannot be pipelined")});
  if (r.to_terminal)
    if (auto found = use_terminal(r); !found)
      return found;
  socket_ = r.where->open_socket(*this, r);
  speaks_ = caller_kind::websocket;
  count(exchanges_.back(), switching_protocols);
  exchanges_.clear();
  last_request_ = true;
  write("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
        "Connection: Upgrade\r\nSec-WebSocket-Accept: "
        + front::websocket::accept_key({key.data(), key.size()})
        + (offers_subprotocol(m)
               ? "\r\nSec-WebSocket-Protocol: " + std::string{subprotocol}
               : std::string{})
        + "\r\n\r\n");
  socket_->begin();
  return {};
}

} // namespace troupe::front::http
