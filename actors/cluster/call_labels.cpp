#include "actors/cluster/call_labels.hpp"

#include "actors/cluster/rows.hpp"
#include "protocol/base/json_text.hpp"

namespace troupe::cluster {

namespace {

/// Each begins a part of `more`, in this order. A node that knows the first alone ignores
/// what comes after it.
constexpr std::string_view traces = "traces:";
constexpr std::string_view request_ids = "requests:";

/// Of the lengths and the number of the call.
constexpr size_t most_overhead = 16;

std::string to_text(const row_writer& rows) {
  std::string all;
  rows.for_each_piece([&all](std::string_view piece) { all += piece; });
  return all;
}

/// Returns the part with these rows; empty if there are none.
std::string to_part(std::string_view mark, const row_writer& rows) {
  if (rows.size() == 0)
    return {};
  row_writer part;
  auto text = to_text(rows);
  part.copied_text(text);
  return std::string{mark} + to_text(part);
}

/// Takes the part with this mark from the front of `more`. Returns its rows; none if it
/// is not there.
shared_bytes take_part(std::string_view mark, std::string_view& more) {
  if (!more.starts_with(mark))
    return {};
  row_reader part{shared_bytes{std::string{more.substr(mark.size())}}, 1};
  auto rows = part.shared_text();
  if (part.has_failed())
    return {};
  row_writer length;
  length.number(rows.size());
  more.remove_prefix(mark.size() + length.size() + rows.size());
  return rows;
}

/// Whether the id of a call means something at other nodes: clients of a socket number
/// their calls, and so do workers.
bool has_own_id(const call& c) {
  return !c.request_id.empty()
         && (c.front == front_kind::http || c.front == front_kind::web
             || c.front == front_kind::cluster);
}

void read_traces(const shared_bytes& text, std::vector<link_call>& calls) {
  row_reader rows{text, 1};
  while (!rows.is_at_end()) {
    auto i = rows.number();
    auto traceparent = rows.text();
    auto tracestate = rows.text();
    if (rows.has_failed() || i >= calls.size())
      return;
    calls[i].what.trace = trace_context::parse(traceparent, tracestate);
  }
}

void read_request_ids(const shared_bytes& text, std::vector<link_call>& calls) {
  row_reader rows{text, 1};
  while (!rows.is_at_end()) {
    auto i = rows.number();
    auto id = rows.shared_text();
    if (rows.has_failed() || i >= calls.size()
        || !json_text::is_valid('"' + id.str() + '"'))
      return;
    calls[i].what.request_id = id;
  }
}

} // namespace

size_t label_bytes(const call& c) {
  size_t bytes = 0;
  if (c.trace)
    bytes += most_overhead + c.trace->traceparent().size() + c.trace->tracestate().size();
  if (has_own_id(c))
    bytes += most_overhead + c.request_id.size();
  return bytes;
}

std::string write_labels(const std::vector<link_call>& calls) {
  row_writer traced;
  row_writer named;
  for (size_t i = 0; i < calls.size(); ++i) {
    auto& c = calls[i].what;
    if (c.trace) {
      traced.number(i);
      traced.text(c.trace->traceparent());
      traced.text(c.trace->tracestate());
    }
    if (has_own_id(c)) {
      named.number(i);
      named.text(c.request_id.view());
    }
  }
  return to_part(traces, traced) + to_part(request_ids, named);
}

void read_labels(std::string_view more, std::vector<link_call>& calls) {
  read_traces(take_part(traces, more), calls);
  read_request_ids(take_part(request_ids, more), calls);
}

} // namespace troupe::cluster
