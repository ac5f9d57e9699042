#include "broker/front/http/message/pending_request.hpp"

namespace troupe::front::http {

namespace {

constexpr unsigned request_timeout = 408;

} // namespace

std::string_view pending_request::with(std::string_view more) {
  if (bytes.empty())
    return more;
  bytes += more;
  return bytes;
}

void pending_request::keep(std::string_view rest) {
  if (bytes.empty())
    bytes = rest;
  else
    bytes.erase(0, bytes.size() - rest.size());
  if (reader.is_idle())
    begun.reset();
  else if (!begun)
    begun = std::chrono::steady_clock::now();
}

void pending_request::shrink() {
  if (bytes.empty())
    std::string{}.swap(bytes);
}

http_refusal late_head(std::chrono::seconds patience) {
  return {malformed("the head of the request did not come within "
                    + std::to_string(patience.count()) + " s"),
          request_timeout};
}

http_refusal late_body(std::chrono::seconds patience) {
  return {malformed("the body of the request is not complete, and nothing more of it came"
                    " for "
                    + std::to_string(patience.count()) + " s"),
          request_timeout};
}

} // namespace troupe::front::http
