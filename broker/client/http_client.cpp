#include "broker/client/http_client.hpp"

#include "broker/client/byte_stream.hpp"
#include "broker/client/call_target.hpp"
#include "broker/client/node_url.hpp"
#include "broker/client/reply.hpp"
#include "broker/client/server_sent.hpp"
#include "broker/client/view_target.hpp"
#include "protocol/base/address.hpp"
#include "protocol/base/json_text.hpp"

#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>

namespace troupe::client {

namespace {

namespace http = boost::beast::http;

using error_code = boost::system::error_code;
using request = http::request<http::string_body>;
using response = http::response<http::string_body>;
using response_parser = http::response_parser<http::string_body>;

void set_trace(http::fields& headers, const trace_context& trace) {
  auto set = [&headers](const char* name, std::string_view value) {
    headers.set(name, boost::beast::string_view{value.data(), value.size()});
  };
  set("traceparent", trace.traceparent());
  if (!trace.tracestate().empty())
    set("tracestate", trace.tracestate());
}

void set_request_id(http::fields& headers, const std::string& id) {
  if (!id.empty())
    headers.set("X-Request-Id", id);
}

/// Whether what came is an alert of TLS (RFC 8446, 6), and not HTTP.
bool speaks_tls(const boost::beast::flat_buffer& input) {
  auto bytes = static_cast<const char*>(input.data().data());
  return input.size() >= 2 && bytes[0] == 0x15 && bytes[1] == 0x03;
}

/// Returns how the call of a complete response ended.
/// @param asked The method of the request: a GET is answered without an envelope.
call_result result_of(response m, http::verb asked, bool has_key) {
  shared_bytes body{std::move(m.body())};
  auto is_json = json_text::is_valid(body.view());
  if (m.result() == http::status::ok && is_json && asked == http::verb::get)
    return outcome{std::move(body)};
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
  connection(const std::string& url, trust whom, patience p)
    : url_(url)
    , trust_(std::move(whom))
    , wait_(url, std::move(p)) {}

  /// Takes the URL apart, and for https reads whom to trust.
  result<> aim();
  /// Connects unless a connection stands and is silent, as it must be between two calls.
  result<> open();
  call_result exchange(request& m, bool has_key, const call_options& options,
                       const chunk_handler& on_chunk);
  node_wait& wait() { return wait_; }
  /// Returns the whole answer to a request.
  result<response> fetch(request& m);

private:
  /// Sends a request. Whoever cannot write may have been told why.
  error_code send(request& m);
  result<> prepare_tls();
  call_result read_stream(response_parser& parser, const chunk_handler& on_chunk);
  fault unreachable(const std::string& why) const;
  /// Gives the connection up; returns why.
  fault broken(const error_code& why);

  std::string url_;
  node_url to_;
  trust trust_;
  /// Null for http.
  tls::context::ptr secured_;
  node_wait wait_;
  byte_stream stream_{wait_};
  boost::beast::flat_buffer input_;
};

fault http_client::connection::unreachable(const std::string& why) const {
  return {code::unavailable, "cannot connect to " + url_ + ": " + why};
}

result<> http_client::connection::aim() {
  auto to = node_url::parse(url_);
  if (!to)
    return failure(unreachable(to.error()));
  to_ = *std::move(to);
  return to_.is_https ? prepare_tls() : result<>{};
}

result<> http_client::connection::prepare_tls() {
  std::optional<std::filesystem::path> authority;
  if (!trust_.authority.empty())
    authority = trust_.authority;
  auto made =
      tls::context::for_client(authority, std::nullopt, tls::oldest_version::tls_1_2);
  if (!made)
    return failure(unreachable(made.error()));
  secured_ = *std::move(made);
  return {};
}

result<> http_client::connection::open() {
  if (input_.size() == 0 && stream_.is_silent())
    return {};
  input_.clear();
  auto question = "GET " + to_.prefix + "/health HTTP/1.1\r\nHost: " + to_.authority
                  + "\r\nConnection: close\r\n\r\n";
  if (auto connected = stream_.connect(to_.host, to_.port, secured_, trust_, question);
      !connected)
    return failure(unreachable(connected.error()));
  return {};
}

error_code http_client::connection::send(request& m) {
  m.target(to_.prefix + std::string{m.target().data(), m.target().size()});
  m.set(http::field::host, to_.authority);
  m.prepare_payload();
  error_code ec;
  http::write(stream_, m, ec);
  return ec;
}

result<response> http_client::connection::fetch(request& m) {
  auto write_error = send(m);
  error_code ec;
  response answer;
  http::read(stream_, input_, answer, ec);
  if (ec)
    return failure(broken(write_error ? write_error : ec));
  return answer;
}

call_result http_client::connection::exchange(request& m, bool has_key,
                                              const call_options& options,
                                              const chunk_handler& on_chunk) {
  auto write_error = send(m);
  // Even then the node may have said why before it hung up.
  error_code ec;
  response_parser parser;
  parser.body_limit(boost::none);
  http::read_header(stream_, input_, parser, ec);
  if (!ec && options.stream
      && parser.get()[http::field::content_type].starts_with("text/event-stream"))
    return read_stream(parser, on_chunk);
  if (!ec)
    http::read(stream_, input_, parser, ec);
  if (ec)
    return failure(broken(write_error ? write_error : ec));
  if (!parser.keep_alive() || write_error)
    stream_.close();
  return result_of(parser.release(), m.method(), has_key);
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
    http::read_some(stream_, input_, parser, ec);
    events.feed(shared_bytes{std::exchange(parser.get().body(), {})}, on_event);
  }
  // The rest of the stream, if any, is not needed.
  if (!end)
    return failure(broken(ec ? ec : error_code{http::error::end_of_stream}));
  stream_.close();
  return std::move(*end);
}

fault http_client::connection::broken(const error_code& why) {
  if (!wait_.reason().empty()) {
    stream_.close();
    return {code::node_down, wait_.reason()};
  }
  auto reason = stream_.tls_failure().empty() ? why.message() : stream_.tls_failure();
  if (!secured_ && speaks_tls(input_))
    reason = "what answers there speaks TLS; is it https://?";
  stream_.close();
  return {code::node_down,
          "the connection to " + url_ + " broke before the call ended: " + reason};
}

result<client_ptr> http_client::connect(const std::string& url, std::string api_key,
                                        trust whom, patience p) {
  auto c = std::make_unique<connection>(url, std::move(whom), std::move(p));
  if (auto aimed = c->aim(); !aimed)
    return failure(std::move(aimed).error());
  if (auto open = c->open(); !open)
    return failure(std::move(open).error());
  return client_ptr{new http_client{std::move(c), std::move(api_key)}};
}

result<> http_client::find(const std::string& url, const std::string& path, trust whom,
                           patience p) {
  connection c{url, std::move(whom), std::move(p)};
  if (auto aimed = c.aim(); !aimed)
    return aimed;
  if (auto open = c.open(); !open)
    return open;
  request m{http::verb::get, path, 11};
  auto answer = c.fetch(m);
  if (!answer)
    return failure(std::move(answer).error());
  if (answer->result() == http::status::ok)
    return {};
  auto why = result_of(*std::move(answer), http::verb::get, true);
  return failure(std::move(why).error());
}

http_client::http_client(std::unique_ptr<connection> c, std::string api_key)
  : connection_(std::move(c))
  , api_key_(std::move(api_key)) {}

http_client::~http_client() = default;

void http_client::set_patience(patience p) {
  connection_->wait().set(std::move(p));
}

call_result http_client::call(std::string_view to, std::string_view kind,
                              std::string_view payload, const call_options& options,
                              const chunk_handler& on_chunk) {
  connection_->wait().begin(options.timeout);
  if (auto open = connection_->open(); !open)
    return failure(std::move(open).error());
  request m{http::verb::post, call_target(to, kind, options), 11};
  m.set(http::field::content_type, "application/json");
  if (!api_key_.empty())
    m.set("X-API-Key", api_key_);
  if (options.trace)
    set_trace(m, *options.trace);
  set_request_id(m, options.request_id);
  m.body() = payload;
  auto result = connection_->exchange(m, !api_key_.empty(), options, on_chunk);
  auto view = !result && result.error().what == code::forbidden
                  ? view_target(to, kind, payload)
                  : std::nullopt;
  if (!view)
    return result;
  // The key may only look, and this is looking: there is a route for that.
  if (auto open = connection_->open(); !open)
    return failure(std::move(open).error());
  request look{http::verb::get, *view, 11};
  look.set("X-API-Key", api_key_);
  return connection_->exchange(look, true, options, on_chunk);
}

} // namespace troupe::client
