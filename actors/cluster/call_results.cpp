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

/// Has `text` say `to` where it first has the name `from`, if it does: `echo.1` is
/// neither in `echo.10` nor in `echo.1@beta`.
void rename_first(std::string& text, std::string_view from, std::string_view to) {
  for (auto at = text.find(from); at != text.npos; at = text.find(from, at + 1)) {
    auto end = at + from.size();
    if ((at > 0 && is_of_name(text[at - 1]))
        || (end < text.size() && (is_of_name(text[end]) || text[end] == '@')))
      continue;
    text.replace(at, from.size(), to);
    return;
  }
}

/// Has the fault, and those behind it, name workers as this node's callers are told them.
void name_workers(fault& why, std::string_view node, std::string_view own,
                  size_t levels = limits::fault_levels) {
  if (auto behind = why.details.cause.get(); behind && levels > 0) {
    auto cause = *behind;
    name_workers(cause, node, own, levels - 1);
    if (behind->details.worker)
      rename_first(why.message, behind->details.worker->name, cause.details.worker->name);
    why.details.cause = fault_cause{std::move(cause)};
  }
  auto& worker = why.details.worker;
  auto name = worker ? at_node(worker->name, node, own) : std::string{};
  if (name.empty())
    return;
  rename_first(why.message, worker->name, name);
  worker->name = std::move(name);
}

/// Returns whether such a fault is about a node or its pool, rather than about the call.
bool is_about_node(code what) {
  switch (what) {
    case code::busy:
    case code::unavailable:
    case code::queue_timeout:
    case code::shutting_down:
      return true;
    default:
      return false;
  }
}

bool has(std::string_view text, std::string_view part) {
  return text.find(part) != text.npos;
}

/// Returns whether the message says at which node it was.
bool names_place(std::string_view message, const std::string& node) {
  return has(message, "at node ") || has(message, "node " + node)
         || has(message, '@' + node);
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
    return;
  }
  auto& why = *bad_in(r);
  name_workers(why, node, own);
  if (is_about_node(why.what) && !names_place(why.message, std::string{node}))
    why.message.append(", at node ").append(node);
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
