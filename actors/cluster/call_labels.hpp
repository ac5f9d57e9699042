#pragma once

#include "actors/cluster/message_types.hpp"

#include <cstddef>
#include <string>

/// What calls are known by, on their way between nodes: their traces, and the request ids
/// that clients of HTTP gave them. They stand in `more` of the message, since a node that
/// does not know them may ignore them.
namespace troupe::cluster {

/// Returns the bytes that the labels of a call take in `more`; 0 for one without.
size_t label_bytes(const call& c);

/// Returns the text for `more` that has the labels of these calls; empty if none has one.
std::string write_labels(const std::vector<link_call>& calls);

/// Gives each call the labels that `more` has for it. What cannot be read is ignored: a
/// later version may say other things there.
void read_labels(std::string_view more, std::vector<link_call>& calls);

} // namespace troupe::cluster
