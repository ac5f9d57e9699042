#include "actors/cluster/call_traces.hpp"

#include "actors/cluster/rows.hpp"

namespace troupe::cluster {

namespace {

/// Begins the part of `more` that has the traces: another part, or what a later version
/// says, does not begin so.
constexpr std::string_view mark = "traces:";

/// Of the two lengths and the number of the call.
constexpr size_t most_overhead = 16;

std::string to_text(const row_writer& rows) {
  std::string all;
  rows.for_each_piece([&all](std::string_view piece) { all += piece; });
  return all;
}

} // namespace

size_t trace_bytes(const call& c) {
  return c.trace ? most_overhead + c.trace->traceparent().size()
                       + c.trace->tracestate().size()
                 : 0;
}

std::string write_traces(const std::vector<link_call>& calls) {
  row_writer rows;
  for (size_t i = 0; i < calls.size(); ++i)
    if (auto& trace = calls[i].what.trace) {
      rows.number(i);
      rows.text(trace->traceparent());
      rows.text(trace->tracestate());
    }
  if (rows.size() == 0)
    return {};
  row_writer part;
  auto text = to_text(rows);
  part.copied_text(text);
  return std::string{mark} + to_text(part);
}

void read_traces(std::string_view more, std::vector<link_call>& calls) {
  if (!more.starts_with(mark))
    return;
  row_reader part{shared_bytes{std::string{more.substr(mark.size())}}, 1};
  row_reader rows{part.shared_text(), 1};
  while (!rows.is_at_end()) {
    auto i = rows.number();
    auto traceparent = rows.text();
    auto tracestate = rows.text();
    if (rows.has_failed() || i >= calls.size())
      return;
    calls[i].what.trace = trace_context::parse(traceparent, tracestate);
  }
}

} // namespace troupe::cluster
