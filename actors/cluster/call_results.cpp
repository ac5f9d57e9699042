#include "actors/cluster/call_results.hpp"

#include "protocol/base/cluster_limits.hpp"
#include "protocol/base/limits.hpp"

#include <string>

namespace troupe::cluster {

namespace {

/// Returns the worker's name with its node, or nothing if it needs none.
std::string at_node(std::string_view worker, std::string_view node) {
  if (worker.empty() || worker.find('@') != std::string_view::npos)
    return {};
  return std::string{worker}.append("@").append(node);
}

/// Has `text` say `to` where it says `from` first, if it does.
void replace_first(std::string& text, std::string_view from, std::string_view to) {
  if (auto at = text.find(from); at != text.npos)
    text.replace(at, from.size(), to);
}

/// Without its cause.
size_t bytes_of(const fault& f) {
  auto sum = limits::link_overhead + f.message.size() + f.details.relayed.size();
  if (f.details.worker && f.details.worker->stderr_lines)
    for (auto& line : *f.details.worker->stderr_lines)
      sum += line.size() + 1;
  return sum;
}

} // namespace

void name_node(call_result& r, std::string_view node) {
  if (auto good = good_in(r)) {
    if (auto name = at_node(good->worker.view(), node); !name.empty())
      good->worker = shared_bytes{std::move(name)};
  } else if (auto& why = *bad_in(r); auto& worker = why.details.worker) {
    auto name = at_node(worker->name, node);
    if (name.empty())
      return;
    replace_first(why.message, worker->name, name);
    worker->name = std::move(name);
  }
}

size_t bytes_of(const call& c) {
  auto callers = c.ancestors ? c.ancestors->size() : 0;
  return limits::link_overhead * (1 + callers) + c.kind.size() + c.payload.size()
         + c.key.size();
}

size_t bytes_of(const call_result& r) {
  if (auto good = good_in(r))
    return limits::link_overhead + good->payload.size();
  size_t sum = 0;
  auto f = bad_in(r);
  for (size_t i = 0; f && i < limits::fault_levels; ++i, f = f->details.cause.get())
    sum += bytes_of(*f);
  return sum;
}

size_t bytes_of(const shared_bytes& part) {
  return limits::link_overhead + part.size();
}

} // namespace troupe::cluster
