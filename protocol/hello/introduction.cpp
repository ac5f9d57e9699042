#include "protocol/hello/introduction.hpp"

#include "protocol/base/json_text.hpp"

#include <algorithm>

namespace troupe::hello {

namespace {

/// A node is suspect after three beats that did not come. Beats this much apart leave one
/// to spare.
constexpr int most_ratio = 2;

std::string text_of(const version_range& v) {
  return std::to_string(v.oldest) + " to " + std::to_string(v.newest);
}

std::string text_of(std::chrono::milliseconds d) {
  return std::to_string(d.count()) + " ms";
}

} // namespace

std::optional<refusal> mismatch(const introduction& own, const introduction& peer) {
  if (own.cluster != peer.cluster)
    return refusal{reason::other_cluster, "this is a node of the cluster "
                                              + json_string(own.cluster) + ", not of "
                                              + json_string(peer.cluster)};
  if (own.node == peer.node && own.incarnation == peer.incarnation
      && own.process == peer.process)
    return refusal{reason::dialled_itself, "the node has dialled itself"};
  if (own.node == peer.node)
    return refusal{reason::own_name,
                   "this node's name is " + json_string(own.node) + ", too"};
  if (own.process == peer.process)
    return refusal{reason::id_taken,
                   "this node's process has the same identifier, " + own.process
                       + ": in containers a host's process numbers (pid: host) or a MAC "
                         "address of its own help"};
  if (own.versions.newest < peer.versions.oldest
      || peer.versions.newest < own.versions.oldest)
    return refusal{reason::version_mismatch,
                   "this node speaks the versions " + text_of(own.versions)
                       + " of the protocol between nodes, not " + text_of(peer.versions)};
  if (own.beat > most_ratio * peer.beat || peer.beat > most_ratio * own.beat)
    return refusal{reason::beats_differ, "this node's heartbeat is " + text_of(own.beat)
                                             + ", not " + text_of(peer.beat)
                                             + ": see failure_timeout"};
  return std::nullopt;
}

uint32_t common_version(const version_range& a, const version_range& b) {
  return std::min(a.newest, b.newest);
}

} // namespace troupe::hello
