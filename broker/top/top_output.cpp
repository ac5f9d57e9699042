// `troupe top` without a terminal: --once and --json.

#include "broker/commands/repetition.hpp"
#include "broker/top/listing.hpp"
#include "broker/top/render.hpp"
#include "broker/top/top.hpp"
#include "protocol/base/address.hpp"
#include "protocol/base/json_writer.hpp"

#include <boost/json/serialize.hpp>

#include <ostream>
#include <thread>

namespace troupe::top {

namespace {

using commands::command_context;
namespace exit_code = commands::exit_code;

/// A frame is as wide as its rows.
constexpr size_t widest = 100'000;

/// One frame has the latencies of so many pools.
constexpr size_t most_histories = 100;

/// Asks for the view: first for how the node is called, and for events twice at first,
/// since the first answer says only which is the last. Returns what went wrong.
result<> look_at(const model& m, node_data& data, client::node_client& node) {
  for (;;) {
    auto q = next_question(m, data);
    auto is_last = q.operation != "health"
                   && (q.operation != "events" || data.last_event.has_value());
    data.now = steady_clock::now();
    auto answer = node.call(node_target, q.operation, q.payload);
    take(data, q, answer);
    if (!answer && q.operation != "history")
      return failure(std::move(answer).error());
    auto needs_more = next_question(m, data).operation == "history";
    if ((is_last && !needs_more) || data.node.empty())
      return {};
  }
}

void print_rows(const top_command& c, command_context& context, const node_data& data) {
  json_array_writer rows;
  for (auto& r : list(c.first, c.first.here(), data).rows)
    rows.add_json(boost::json::serialize(*r.what));
  commands::print_json(context, json_object_writer{}
                                    .add("node", data.node)
                                    .add("view", name_of(c.first.here().what))
                                    .add_json("rows", rows.array())
                                    .object());
}

/// Prints all rows, however many they are and however long.
void print_frame(const top_command& c, command_context& context, const node_data& data) {
  auto rows = list(c.first, c.first.here(), data).rows.size();
  auto m = c.first;
  m.here().selected.clear();
  auto drawn = render(m, data, {rows + 6, widest});
  drawn.lines.pop_back(); // which says what keys do
  while (!drawn.lines.empty() && drawn.lines.back().used() == 0)
    drawn.lines.pop_back();
  context.out << text_of(drawn);
}

} // namespace

void print_frames(const top_command& c, command_context& context,
                  client::node_client& node) {
  if (!c.once)
    commands::exit_at_interrupt();
  node_data data;
  auto asked = c.first;
  // Rows in JSON are as the node sends them; a frame has room for everything.
  if (!c.options.json) {
    asked.columns = widest;
    data.histories_per_look = most_histories;
  }
  while (context.out) {
    auto looked = look_at(asked, data, node);
    if (!looked) {
      commands::report(context, c.options.json, looked.error());
      context.status = exit_code::failed;
    } else if (c.options.json) {
      print_rows(c, context, data);
    } else {
      print_frame(c, context, data);
    }
    context.out.flush();
    // Without --once, a node that is gone may come back.
    if (c.once || (!looked && !data.is_gone))
      return;
    context.status = exit_code::ok;
    std::this_thread::sleep_for(c.interval);
  }
}

} // namespace troupe::top
