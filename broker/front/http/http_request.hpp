#pragma once

#include "broker/front/http/message/http_head.hpp"
#include "broker/front/http/route_registry.hpp"
#include "protocol/base/result.hpp"
#include "protocol/base/shared_bytes.hpp"

#include <boost/url/url_view.hpp>

#include <memory>
#include <string>

namespace troupe::front::http {

/// A request as far as its head tells: its route exists and the key is right.
struct http_match {
  matched_route route;
  /// Looks into the head.
  boost::urls::url_view url;
  /// What its key allows, which is enough. An open route needs none.
  access may = access::none;
  /// What the head says of the request, once that is read.
  std::unique_ptr<const http_request> begun = {};
};

/// Finds out what a head asks for, and refuses what can be refused before the body is
/// read.
/// @param m, routes Must outlive the result.
/// @param api_key What every route but the open ones needs.
/// @param view_key What is enough for a route that changes nothing; empty for none.
result<http_match, http_refusal> match_http_request(const http_fields& m,
                                                    const route_registry& routes,
                                                    std::string_view api_key,
                                                    std::string_view view_key = {});

/// Reads the rest of a request. What its head says is read once for a match.
/// @param now Becomes the moment the call was taken.
result<http_request> read_http_request(const http_fields& m, http_match& match,
                                       std::string body, steady_clock::time_point now);

} // namespace troupe::front::http
