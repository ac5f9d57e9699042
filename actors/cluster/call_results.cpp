#include "actors/cluster/call_results.hpp"

#include "protocol/base/cluster_limits.hpp"
#include "protocol/base/limits.hpp"

#include <cctype>
#include <string>

namespace troupe::cluster {

namespace {

/// Returns the worker's name as this node's callers are told it, or nothing if it is that
/// already.
std::string at_node(std::string_view worker, std::string_view node,
                    std::string_view own) {
  auto at = worker.rfind('@');
  if (at != worker.npos)
    return worker.substr(at + 1) == own ? std::string{worker.substr(0, at)}
                                        : std::string{};
  return worker.empty() ? std::string{} : std::string{worker}.append("@").append(node);
}

/// Returns whether `c` may be a part of a worker's name.
bool is_of_name(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) || c == '_' || c == '-';
}

/// Has `text` say `to` where it first has the name `from`, if it does: `echo.1` is not in
/// `echo.10`.
void rename_first(std::string& text, std::string_view from, std::string_view to) {
  for (auto at = text.find(from); at != text.npos; at = text.find(from, at + 1)) {
    auto end = at + from.size();
    if ((at > 0 && is_of_name(text[at - 1]))
        || (end < text.size() && is_of_name(text[end])))
      continue;
    text.replace(at, from.size(), to);
    return;
  }
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

void name_node(call_result& r, std::string_view node, std::string_view own) {
  if (auto good = good_in(r)) {
    if (auto name = at_node(good->worker.view(), node, own); !name.empty())
      good->worker = shared_bytes{std::move(name)};
  } else if (auto& why = *bad_in(r); auto& worker = why.details.worker) {
    auto name = at_node(worker->name, node, own);
    if (name.empty())
      return;
    rename_first(why.message, worker->name, name);
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
