#pragma once

#include "actors/interfaces/callee_actor.hpp"

#include <cstddef>
#include <string_view>
#include <utility>

/// Looks at how a call ended, as far as this room does: here alone is it known how a
/// `call_result` is put together.
namespace troupe::cluster {

inline call_result failed(fault why) {
  return failure(std::move(why));
}

/// Returns the outcome, or nullptr.
inline outcome* good_in(call_result& r) {
  return r ? &*r : nullptr;
}
inline const outcome* good_in(const call_result& r) {
  return r ? &*r : nullptr;
}

/// Returns the fault, or nullptr.
inline fault* bad_in(call_result& r) {
  return r ? nullptr : &r.error();
}
inline const fault* bad_in(const call_result& r) {
  return r ? nullptr : &r.error();
}

/// Returns the code of the fault, or `none`.
inline code code_of(const call_result& r) {
  return r ? code::none : r.error().what;
}

/// Says that it ended at `node`: the worker's name becomes `echo.0@beta`, also where the
/// messages of a fault and of its causes name it, unless a node is named there already,
/// since the call went on from node to node. If that is this node, since the call came
/// home, the name is `echo.0`. A fault that is about a pool and names no worker, such as
/// `busy`, says the node at the end of its message.
/// @param own The name of this node.
void name_node(call_result& r, std::string_view node, std::string_view own);

/// Returns what a call or an outcome counts as on its way between nodes, at both ends.
size_t bytes_of(const call& c);
size_t bytes_of(const call_result& r);
size_t bytes_of(const shared_bytes& part);

} // namespace troupe::cluster
