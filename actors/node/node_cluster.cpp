#include "actors/node/node_cluster.hpp"

#include "actors/node/node_operations.hpp"
#include "protocol/base/address.hpp"
#include "protocol/base/json_member.hpp"
#include "protocol/base/json_writer.hpp"

#include <algorithm>
#include <utility>

namespace troupe::node {

namespace {

/// Returns the object with another value for one of its members, which it has.
shared_bytes with_text(std::string_view object, std::string_view key,
                       std::string_view text) {
  json_object_writer out;
  std::string buffer;
  json_text::member_reader members{object};
  while (auto m = members.next())
    if (json_text::plain_key(m->key, buffer) != key)
      out.add_spelled(m->key, m->value);
  return shared_bytes{out.add(key, text).object()};
}

/// Returns whether a program was spawned under this very name, which may hold an `@`.
bool is_spawned(node_state& node, std::string_view name) {
  auto entry = node.find_pool(spawned_pool_name(name));
  return entry && entry->context->config.terminal.spawned;
}

/// Returns the node where a session can begin that cannot begin here; empty for none.
/// While this node stops, none begins here.
std::string place_for_session(node_state& node, std::string_view pool) {
  auto& others = node.context->runtime.others;
  if (!others || (node.find_pool(pool) && !node.draining))
    return {};
  auto known = others->get();
  auto& places = known->places_of(pool);
  // A place that takes calls before one that is only a last resort.
  auto rank = [&](const cluster::view::place& p) {
    return std::pair{known->takes_calls(p), p.load.free};
  };
  auto best = places.end();
  for (auto i = places.begin(); i != places.end(); ++i)
    if ((known->takes_calls(*i) || known->is_last_resort(*i))
        && (best == places.end() || rank(*i) > rank(*best)))
      best = i;
  return best == places.end() ? std::string{} : best->node;
}

/// Ends an operation that names a node wrongly, as a call would end. Returns false for
/// one that was added: what its `name` means is not known here.
bool refuse(node_state& node, pending_call& c, fault why) {
  if (node.added.contains(json_text::unescape(c.what.kind.view())))
    return false;
  c.settle(failure(std::move(why)));
  return true;
}

/// Sees whether the member `key` names a node. Gives the call away if that is another
/// one, and settles the call if there is none of that name: it must not run here instead.
bool forward_by(node_state& node, pending_call& c, std::string_view key) {
  auto text = json_text::text_member(c.what.payload.view(), key);
  auto at = text ? text->find('@') : std::string::npos;
  if (at == std::string::npos || is_spawned(node, *text))
    return false;
  auto other = text->substr(at + 1);
  auto here = other == node.context->config.name;
  auto& others = node.context->runtime.others;
  if (!here && !others)
    return false; // a program may be spawned under such a name
  if (!is_valid_name(other))
    return refuse(node, c,
                  malformed(std::string{key} + ": '" + *text
                            + "' names no node; expected one, such as pool@node"));
  if (!here && !others->knows(other))
    // Whoever looks a session or its pool up says so. A name may be that of a new thing.
    return (key == "name" || key == "id")
           && refuse(node, c,
                     {code::not_found, "no node named " + other + " is known here"});
  c.what.payload = with_text(c.what.payload.view(), key, text->substr(0, at));
  if (!here)
    forward_to(node, c, std::move(other));
  return !here;
}

} // namespace

bool forward(node_state& node, pending_call& c) {
  for (auto key : {"name", "session_id"})
    if (forward_by(node, c, key))
      return true;
  auto kind = c.what.kind.view();
  if (kind == "calls" || kind == "cancel_call")
    return forward_by(node, c, kind == "calls" ? "pool" : "id");
  if (kind != "session.run" && kind != "copy")
    return false;
  auto key = kind == "copy" ? "name" : "pool";
  if (forward_by(node, c, key))
    return true;
  auto pool = json_text::text_member(c.what.payload.view(), key);
  auto other = pool ? place_for_session(node, *pool) : std::string{};
  if (other.empty())
    return false;
  forward_to(node, c, std::move(other));
  return true;
}

void forward_to(node_state& node, pending_call& c, std::string other) {
  c.what.pool = node_target;
  c.what.node = std::move(other);
  node.hand_over(std::move(c), node.context->runtime.directory->route());
}

} // namespace troupe::node
