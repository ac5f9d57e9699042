#include "broker/client/view_target.hpp"

#include "protocol/base/json_member.hpp"
#include "protocol/base/json_text.hpp"
#include "protocol/base/json_writer.hpp"

#include <boost/url/encode.hpp>
#include <boost/url/rfc/unreserved_chars.hpp>

#include <algorithm>
#include <iterator>

namespace troupe::client {

namespace {

/// A route that shows what an operation answers.
struct view {
  std::string_view kind;
  /// The path before the name that the payload has, and after it.
  std::string_view before;
  std::string_view after = {};
  /// Whether the payload has a name, and nothing else.
  bool named = false;
};

constexpr view views[] = {
    {"pools", "/api/pools"},
    {"workers", "/api/workers"},
    {"nodes", "/api/nodes"},
    {"followers", "/api/followers"},
    {"health", "/health"},
    {"ready", "/ready"},
    {"spawned", "/api/spawned"},
    {"session.list", "/api/sessions"},
    {"calls.slow", "/api/calls/slow"},
    {"pool", "/api/pools/", "", true},
    {"worker", "/api/workers/", "", true},
    {"log", "/api/workers/", "/log", true},
    {"session.status", "/api/sessions/", "", true},
    {"session.history", "/api/sessions/", "/history", true},
};

} // namespace

std::optional<std::string> view_target(std::string_view kind, std::string_view payload) {
  namespace urls = boost::urls;
  auto found = std::find_if(std::begin(views), std::end(views),
                            [kind](auto& v) { return v.kind == kind; });
  if (found == std::end(views))
    return std::nullopt;
  if (!found->named) {
    if (payload == "null")
      return std::string{found->before};
    if (kind == "pools" && payload == json_object_writer{}.add("cluster", true).object())
      return std::string{found->before} + "?cluster=1";
    return std::nullopt;
  }
  auto name = json_text::text_member(payload, "name");
  if (!name || payload != json_object_writer{}.add("name", *name).object())
    return std::nullopt;
  return std::string{found->before}
         + urls::encode({name->data(), name->size()}, urls::unreserved_chars)
         + std::string{found->after};
}

} // namespace troupe::client
