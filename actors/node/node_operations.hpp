#pragma once

#include "actors/node/node.hpp"

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <optional>
#include <string>

/// What the operations on a node share. The operations are functions in the files of
/// their families: each settles its call, now or later, and runs in the NODE actor.
namespace troupe::node::operations {

/// Returns `v` as JSON text, with U+FFFD for each byte that is no UTF-8: its strings may
/// have what workers wrote.
std::string to_text(const boost::json::value& v);

/// Settles `c` with this result.
void answer(pending_call& c, const boost::json::value& v);

/// Finds what `{"name": …}` of an operation's payload names; settles `c` and returns
/// nothing if that is not what `wanted` says. For `subject::none` nothing is looked up.
std::optional<target> find_subject(node_state& node, pending_call& c, subject wanted);

/// Returns what the node says of itself: its name, version, pid, URL and age.
boost::json::object identity(const node_state& node);

/// Has a pool take no more calls.
void pause_pool(node_state& node, pending_call c, const target& about);

/// Returns whether the payload of an operation says `{"KEY":true}`; settles `c` and
/// returns nothing if it says something else than true or false there.
std::optional<bool> find_flag(pending_call& c, std::string_view key,
                              bool otherwise = false);

} // namespace troupe::node::operations
