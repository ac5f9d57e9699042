#pragma once

#include "protocol/base/call.hpp"
#include "protocol/base/json_writer.hpp"
#include "protocol/base/result.hpp"

#include <boost/url/url_view.hpp>

#include <string>
#include <string_view>

/// What the query of a request says.
namespace troupe::front::http {

/// Says what is wrong with the names of a query's parameters: one that is not known
/// would be ignored, and one that is given twice would be, once.
/// @param known Separated by spaces.
result<void, std::string> validate_parameters(const boost::urls::url_view& url,
                                              std::string_view known);

/// Sets what the query says of a call in `c`, or returns what is wrong with it.
result<void, std::string> read_call_parameters(const boost::urls::url_view& url, call& c);

/// Returns the payload of a call that follows events, or what is wrong with the query.
/// @param last_id The `Last-Event-ID` of a browser that comes back; empty for none.
/// @param from_start Whether without a number it begins with the first that is
/// remembered.
result<shared_bytes> read_event_parameters(const boost::urls::url_view& url,
                                           std::string_view last_id, bool from_start);

/// Returns what the query says to an operation for clients of agent-relay as JSON
/// members, or what is wrong with it.
result<json_object_writer> read_agent_parameters(const boost::urls::url_view& url);

/// Returns what the query says of a terminal's snapshot as JSON members, or what is wrong
/// with it.
result<json_object_writer> read_snapshot_parameters(const boost::urls::url_view& url);

} // namespace troupe::front::http
