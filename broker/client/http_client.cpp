#include "broker/client/http_client.hpp"

#include "broker/client/reply.hpp"
#include "broker/client/server_sent.hpp"
#include "protocol/base/json_text.hpp"

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <boost/url/encode.hpp>
#include <boost/url/parse.hpp>
#include <boost/url/rfc/unreserved_chars.hpp>
#include <boost/url/url_view.hpp>

#include <poll.h>

namespace troupe::client {

namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
namespace urls = boost::urls;

using error_code = boost::system::error_code;
using request = http::request<http::string_body>;
using response_parser = http::response_parser<http::string_body>;

std::string escaped(std::string_view text) {
  return urls::encode({text.data(), text.size()}, urls::unreserved_chars);
}

std::string spell_target(std::string_view to, std::string_view kind,
                         const call_options& options) {
  auto target = "/api/call/" + escaped(to) + "/" + escaped(kind);
  auto separator = '?';
  auto add = [&](std::string_view name, std::string_view value) {
    target += std::exchange(separator, '&');
    target += name;
    target += '=';
    target += escaped(value);
  };
  if (options.timeout)
    add("timeout_ms", std::to_string(options.timeout->count()));
  if (options.idempotent)
    add("idempotent", "1");
  if (options.priority != 0)
    add("priority", std::to_string(options.priority));
  if (!options.key.empty())
    add("key", options.key);
  if (options.stream)
    add("stream", "1");
  return target;
}

/// Returns how the call of a complete response ended.
call_result result_of(http::response<http::string_body> m, bool has_key) {
  shared_bytes body{std::move(m.body())};
  auto is_json = json_text::is_valid(body.view());
  if (m.result() == http::status::ok && is_json) {
    auto read = read_reply(body, false);
    if (!read)
      return failure(std::move(read).error());
    return std::move(read->result);
  }
  if (m.result() == http::status::unauthorized && !has_key)
    return failure(code::unauthorized, "the node wants its API key: set TROUPE_API_KEY");
  if (is_json && json_text::find(json_text::trim(body.view()), "code"))
    return failure(fault_of(body.view()));
  return failure(code::internal, "the answer is HTTP " + std::to_string(m.result_int())
                                     + " and not a node's: is this the URL of a node?");
}

} // namespace

/// The blocking connection and where it leads.
class http_client::connection {
public:
  /// Takes the URL apart.
  result<> aim(const std::string& url);
  /// Connects unless a connection stands and is silent, as it must be between two calls.
  result<> open();
  call_result exchange(request& m, bool has_key, const call_options& options,
                       const chunk_handler& on_chunk);

private:
  bool stands();
  call_result read_stream(response_parser& parser, const chunk_handler& on_chunk);
  fault unreachable(const std::string& why) const;
  /// Gives the connection up; returns why.
  fault broken(const error_code& why);

  std::string url_;
  std::string host_;
  std::string port_;
  /// The host and port as in the URL.
  std::string authority_;
  /// The text before the paths of the node.
  std::string prefix_;
  asio::io_context io_;
  asio::ip::tcp::socket socket_{io_};
  boost::beast::flat_buffer input_;
};

fault http_client::connection::unreachable(const std::string& why) const {
  return {code::unavailable, "cannot connect to " + url_ + ": " + why};
}

result<> http_client::connection::aim(const std::string& url) {
  url_ = url;
  auto parsed = urls::parse_uri(url);
  if (!parsed || parsed->host().empty() || parsed->has_query() || parsed->has_fragment())
    return failure(unreachable("expected a URL such as http://127.0.0.1:7717"));
  if (parsed->scheme_id() == urls::scheme::https)
    return failure(
        unreachable("https is not spoken here; use the node's http URL or its socket, "
                    "through a tunnel where the way there is not safe"));
  if (parsed->scheme_id() != urls::scheme::http)
    return failure(unreachable("only http:// URLs are known"));
  host_ = parsed->host_address();
  port_ = parsed->port().empty() ? "80" : std::string{parsed->port()};
  if (auto n = json_text::as_integer(port_); !n || *n < 1 || *n > 65'535)
    return failure(unreachable("expected a port from 1 to 65535, not '" + port_ + "'"));
  auto authority = parsed->encoded_host_and_port();
  authority_ = std::string{authority.data(), authority.size()};
  auto path = parsed->encoded_path();
  prefix_ = std::string{path.data(), path.size()};
  while (prefix_.ends_with('/'))
    prefix_.pop_back();
  return {};
}

bool http_client::connection::stands() {
  if (!socket_.is_open())
    return false;
  pollfd p{socket_.native_handle(), POLLIN, 0};
  return input_.size() == 0 && ::poll(&p, 1, 0) == 0;
}

result<> http_client::connection::open() {
  if (stands())
    return {};
  error_code ec;
  socket_.close(ec);
  input_.clear();
  asio::ip::tcp::resolver resolver{io_};
  auto found = resolver.resolve(host_, port_, ec);
  if (!ec)
    asio::connect(socket_, found, ec);
  if (ec)
    return failure(unreachable(ec.message()));
  socket_.set_option(asio::ip::tcp::no_delay{true}, ec);
  return {};
}

call_result http_client::connection::exchange(request& m, bool has_key,
                                              const call_options& options,
                                              const chunk_handler& on_chunk) {
  m.target(prefix_ + std::string{m.target().data(), m.target().size()});
  m.set(http::field::host, authority_);
  m.prepare_payload();
  error_code write_error;
  http::write(socket_, m, write_error);
  // Even then the node may have said why before it hung up.
  error_code ec;
  response_parser parser;
  parser.body_limit(boost::none);
  http::read_header(socket_, input_, parser, ec);
  if (!ec && options.stream
      && parser.get()[http::field::content_type].starts_with("text/event-stream"))
    return read_stream(parser, on_chunk);
  if (!ec)
    http::read(socket_, input_, parser, ec);
  if (ec)
    return failure(broken(write_error ? write_error : ec));
  if (!parser.keep_alive() || write_error)
    socket_.close(ec);
  return result_of(parser.release(), has_key);
}

call_result http_client::connection::read_stream(response_parser& parser,
                                                 const chunk_handler& on_chunk) {
  std::optional<call_result> end;
  auto on_event = [&](const shared_bytes& data) {
    auto r = read_reply(data, true);
    if (!r)
      end = failure(std::move(r).error());
    else if (!r->is_chunk)
      end = std::move(r->result);
    else if (on_chunk && !end)
      on_chunk(r->result->payload);
  };
  server_sent events;
  error_code ec;
  while (!end && !ec && !parser.is_done()) {
    http::read_some(socket_, input_, parser, ec);
    events.feed(shared_bytes{std::exchange(parser.get().body(), {})}, on_event);
  }
  // The rest of the stream, if any, is not needed.
  if (!end)
    return failure(broken(ec ? ec : error_code{http::error::end_of_stream}));
  socket_.close(ec);
  return std::move(*end);
}

fault http_client::connection::broken(const error_code& why) {
  error_code ignored;
  socket_.close(ignored);
  return {code::node_down,
          "the connection to " + url_ + " broke before the call ended: " + why.message()};
}

result<client_ptr> http_client::connect(const std::string& url, std::string api_key) {
  auto c = std::make_unique<connection>();
  if (auto aimed = c->aim(url); !aimed)
    return failure(std::move(aimed).error());
  if (auto open = c->open(); !open)
    return failure(std::move(open).error());
  return client_ptr{new http_client{std::move(c), std::move(api_key)}};
}

http_client::http_client(std::unique_ptr<connection> c, std::string api_key)
  : connection_(std::move(c))
  , api_key_(std::move(api_key)) {}

http_client::~http_client() = default;

call_result http_client::call(std::string_view to, std::string_view kind,
                              std::string_view payload, const call_options& options,
                              const chunk_handler& on_chunk) {
  if (auto open = connection_->open(); !open)
    return failure(std::move(open).error());
  request m{http::verb::post, spell_target(to, kind, options), 11};
  m.set(http::field::content_type, "application/json");
  if (!api_key_.empty())
    m.set("X-API-Key", api_key_);
  m.body() = payload;
  return connection_->exchange(m, !api_key_.empty(), options, on_chunk);
}

} // namespace troupe::client
