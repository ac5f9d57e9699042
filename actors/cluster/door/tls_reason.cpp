#include "actors/cluster/door/tls_reason.hpp"

#include "protocol/base/json_text.hpp"
#include "protocol/base/json_writer.hpp"

#include <algorithm>

namespace troupe::door {

using hello::reason;
using tls::flaw;

namespace {

reason reason_for(flaw f) {
  switch (f) {
    case flaw::no_certificate:
      return reason::no_certificate;
    case flaw::foreign_certificate:
      return reason::foreign_certificate;
    case flaw::expired_certificate:
      return reason::expired_certificate;
    case flaw::wrong_name:
      return reason::wrong_name;
    case flaw::bad_certificate:
      return reason::bad_certificate;
    case flaw::no_common_version:
      return reason::version_mismatch;
    case flaw::truncated:
      return reason::no_hello;
    default:
      return reason::not_hello;
  }
}

} // namespace

std::pair<hello::refusal, refused_by> refusal_for(const tls::channel_error& error) {
  auto by = error.who == tls::found_by::us ? refused_by::us : refused_by::peer;
  if (error.what == flaw::not_tls)
    return {{reason::not_hello,
             "this node has cluster.tls, and the other end does not speak TLS ("
                 + error.message + ")"},
            by};
  return {{reason_for(error.what), "TLS: " + error.message}, by};
}

std::optional<hello::refusal> mistake_in_name(const tls::channel& channel,
                                              const std::string& node) {
  auto names = channel.peer_names();
  // To the letter: a node's name is compared so everywhere.
  if (std::find(names.begin(), names.end(), node) != names.end())
    return std::nullopt;
  return hello::refusal{reason::wrong_name,
                        "the certificate of " + json_string(node)
                            + " has not this name (subject alternative name, DNS), but "
                            + to_json_array(names)};
}

} // namespace troupe::door
