#pragma once

#include "broker/front/http/message/http_head.hpp"
#include "broker/front/http/request_key.hpp"
#include "broker/front/relay_errors.hpp"
#include "broker/front/websocket/websocket_client.hpp"
#include "protocol/base/call.hpp"
#include "protocol/base/result.hpp"

#include <boost/url/url_view.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace troupe::front::http {

struct route;
struct page_file;

/// A route, and the decoded segments that its `{…}` matched.
struct matched_route {
  const route* where = nullptr;
  std::vector<std::string> segments;
};

/// The parts of a request that a route reads.
struct request_source {
  const std::vector<std::string>& segments;
  const boost::urls::url_view& url;
  const http_fields& fields;
  std::string body;
};

/// The call that an HTTP request asks for. All is checked but the existence of its
/// target.
struct http_request {
  const route* where = nullptr;
  /// The target of the call; `$node` for operations.
  std::string to;
  /// `to` is a terminal as clients name it, and not yet its worker.
  bool to_terminal = false;
  /// What the client may do beside this.
  access may = access::none;
  call what;
};

/// How the answer to a request is written.
enum class answer_form : uint8_t {
  /// The result as it is.
  result,
  /// The result in an envelope; as a stream of envelopes if the client wants the parts.
  envelope,
  /// A stream of events, which has no end.
  events,
  /// The text of a scrape, which METRICS gives.
  metrics,
  /// A file of the dashboard, which is known at once.
  file,
  /// Not at all: the connection changes to a WebSocket.
  websocket,
};

/// The kind of thing that the first `{…}` of a pattern must name. It is checked if a
/// mistake could not be undone.
enum class path_subject : uint8_t {
  any,
  /// A whole pool, and no worker.
  pool,
  /// A worker, and no whole pool.
  worker,
};

/// A route: what a request with this method and path asks for, and how that is answered.
/// Its texts are literals.
struct route {
  std::string_view method;
  /// Segments separated by `/`; `{…}` matches any one that is not empty, `{…/}` at the
  /// end all that are left.
  std::string_view pattern;
  /// Fills in the target and the payload of a request's call, or returns what is wrong
  /// with the request.
  std::function<result<>(http_request& r, request_source& from)> read = {};
  /// Does that part of it which needs no body: once for requests with the same head. Then
  /// `read` does the rest.
  std::function<result<>(http_request& r, const request_source& from)> read_head = {};
  /// The kind of the call, if several routes share one `read`.
  std::string_view kind = {};
  /// Query parameters that it knows, separated by spaces.
  std::string_view query = {};
  answer_form answers = answer_form::result;
  /// How its errors are spelled.
  error_words errors = error_words::own;
  path_subject about = path_subject::any;
  /// Whether it needs no API key.
  bool open = false;
  /// For `answer_form::websocket`: makes what has the connection from then on.
  std::function<std::unique_ptr<websocket::websocket_client>(
      websocket::websocket_host& host, const http_request& r)>
      open_socket = {};
  /// For `answer_form::websocket`: whether what a client sends changes nothing, at least
  /// not if its key may only look.
  bool socket_only_follows = false;
  /// For `answer_form::file`.
  std::shared_ptr<const page_file> file = {};
  /// The place of its pattern in `route_registry::patterns`. The registry sets it.
  size_t pattern_number = 0;
};

/// Returns whether the view key is enough for `r`: it is a GET, and if it opens a
/// WebSocket, one that only follows.
bool is_for_viewers(const route& r);

} // namespace troupe::front::http
