#include "broker/client/call_target.hpp"

#include <boost/url/encode.hpp>
#include <boost/url/rfc/unreserved_chars.hpp>

#include <utility>

namespace troupe::client {

namespace {

std::string escaped(std::string_view text) {
  return boost::urls::encode({text.data(), text.size()}, boost::urls::unreserved_chars);
}

} // namespace

std::string call_target(std::string_view to, std::string_view kind,
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

} // namespace troupe::client
