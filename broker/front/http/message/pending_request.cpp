#include "broker/front/http/message/pending_request.hpp"

#include "protocol/base/limits.hpp"

namespace troupe::front::http {

namespace {

constexpr unsigned request_timeout = 408;

} // namespace

void pending_request::keep_last(size_t left) {
  bytes.erase(0, bytes.size() - left);
  if (reader.is_idle())
    begun.reset();
  else if (!begun)
    begun = std::chrono::steady_clock::now();
}

void pending_request::shrink() {
  if (bytes.empty() && bytes.capacity() > limits::read_chunk)
    std::string{}.swap(bytes);
}

http_refusal late_head(std::chrono::seconds patience) {
  return {malformed("the head of the request did not come within "
                    + std::to_string(patience.count()) + " s"),
          request_timeout};
}

} // namespace troupe::front::http
