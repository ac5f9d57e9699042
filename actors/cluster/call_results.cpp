#include "actors/cluster/call_results.hpp"

#include "protocol/base/cluster_limits.hpp"

#include <string>

namespace troupe::cluster {

namespace {

/// Returns the worker's name with its node, or nothing if it needs none.
std::string at_node(std::string_view worker, std::string_view node) {
  if (worker.empty() || worker.find('@') != std::string_view::npos)
    return {};
  return std::string{worker}.append("@").append(node);
}

} // namespace

void name_node(call_result& r, std::string_view node) {
  if (auto good = good_in(r)) {
    if (auto name = at_node(good->worker.view(), node); !name.empty())
      good->worker = shared_bytes{std::move(name)};
  } else if (auto& worker = bad_in(r)->details.worker) {
    if (auto name = at_node(worker->name, node); !name.empty())
      worker->name = std::move(name);
  }
}

size_t bytes_of(const call& c) {
  return limits::link_overhead + c.kind.size() + c.payload.size() + c.key.size();
}

size_t bytes_of(const call_result& r) {
  auto good = good_in(r);
  return limits::link_overhead
         + (good ? good->payload.size()
                 : bad_in(r)->message.size() + bad_in(r)->details.relayed.size());
}

size_t bytes_of(const shared_bytes& part) {
  return limits::link_overhead + part.size();
}

} // namespace troupe::cluster
