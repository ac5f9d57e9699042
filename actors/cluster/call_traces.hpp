#pragma once

#include "actors/cluster/message_types.hpp"

#include <cstddef>
#include <string>

/// The traces of calls on their way between nodes. They stand in `more` of the message,
/// since a node that does not know them may ignore them.
namespace troupe::cluster {

/// Returns the bytes that the trace of a call takes in `more`; 0 for one without.
size_t trace_bytes(const call& c);

/// Returns the text for `more` that has the traces of these calls; empty if none has one.
std::string write_traces(const std::vector<link_call>& calls);

/// Gives each call the trace that `more` has for it. What cannot be read is ignored: a
/// later version may say other things there.
void read_traces(std::string_view more, std::vector<link_call>& calls);

} // namespace troupe::cluster
