#include "broker/front/web/web_faults.hpp"

namespace troupe::front::web {

namespace {

constexpr unsigned internal_error = 500;
constexpr unsigned service_unavailable = 503;

unsigned status_for(code what, unsigned error_status) {
  switch (what) {
    case code::worker_error:
      return error_status;
    case code::busy:
    case code::cancelled: // by an operator: the client may ask again
    case code::pool_not_found:
    case code::worker_not_found:
      return service_unavailable;
    case code::payload_too_large:
      return 0;
    default: {
      // What the node refuses is not the client's mistake: the front has read it.
      auto status = info(what).http_status;
      return status < internal_error ? internal_error : status;
    }
  }
}

} // namespace

http::http_refusal refusal_of(const fault& why, unsigned error_status) {
  http::http_refusal out{{.what = why.what}, status_for(why.what, error_status)};
  out.why.details.retry_after = why.details.retry_after;
  return out;
}

} // namespace troupe::front::web
