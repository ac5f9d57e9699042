#include "broker/top/node_data.hpp"

#include "broker/commands/json_fields.hpp"
#include "protocol/base/json_document.hpp"
#include "protocol/base/json_writer.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include <algorithm>
#include <limits>

namespace troupe::top {

namespace {

namespace json = boost::json;
using commands::fields::number;
using commands::fields::text;

/// Events that are kept to be looked at.
constexpr size_t kept_events = 1000;

/// At first, so many of those are asked for that the node remembers.
constexpr int64_t first_events = 250;

/// Output of terminals is no event for a person: all of it is left out.
constexpr int64_t no_output = std::numeric_limits<int64_t>::max();

/// Returns the operation that lists the rows of a page.
question listing_question(const level& of, const node_data& data) {
  switch (of.what) {
    case page::workers:
      return {"workers"};
    case page::calls:
      return {"calls"};
    case page::terminals:
      return {"spawned"};
    case page::nodes:
      return {"nodes"};
    case page::pool:
      return {"pool", json_object_writer{}.add("name", of.subject).object()};
    case page::log:
      return {"log", json_object_writer{}.add("name", of.subject).object()};
    case page::events: {
      json_object_writer what;
      if (data.last_event)
        what.add("since", *data.last_event);
      return {"events", what.add("wait", false).add("output_since", no_output).object()};
    }
    case page::pools:
    case page::facts:
    case page::help:
      break;
  }
  return {"pools"};
}

/// Returns the page that is asked for while `m` is shown: facts are those of a row, and
/// help is of the page before it.
const level& source_of(const model& m) {
  auto i = m.path.size() - 1;
  while (i > 0 && (m.path[i].what == page::facts || m.path[i].what == page::help))
    --i;
  return m.path[i];
}

/// Begins anew with all that another node has said.
void forget(node_data& data) {
  data.events.clear();
  data.last_event.reset();
  data.rates.clear();
  data.histories.clear();
  data.answer = nullptr;
  data.asked = {};
}

void take_health(node_data& data, const question& asked, const json::value& health) {
  auto is_same =
      data.node == text(health, "name") && data.uptime_ms <= number(health, "uptime_ms");
  if (!is_same)
    forget(data);
  data.node = text(health, "name");
  data.version = text(health, "version");
  data.uptime_ms = number(health, "uptime_ms");
  data.uptime_at = data.now;
  data.asked.node = asked.node;
}

void take_events(node_data& data, const json::value& batch) {
  auto next = static_cast<int64_t>(number(batch, "next"));
  if (!data.last_event) { // the last that the node remembers are worth a look
    data.last_event = std::max<int64_t>(next - first_events, 0);
    return;
  }
  // The numbers of a node that was started anew begin again.
  if (next < *data.last_event)
    data.events.clear();
  auto o = batch.if_object();
  auto events = o ? o->if_contains("events") : nullptr;
  if (events && events->is_array())
    for (auto& e : events->get_array())
      data.events.push_back(e);
  while (data.events.size() > kept_events)
    data.events.pop_front();
  data.last_event = next;
}

void take_rates(node_data& data, const json::value& pools) {
  auto all = pools.if_array();
  decltype(data.rates) next;
  for (auto& p : all ? *all : json::array{}) {
    auto name = text(p, "name");
    node_data::pool_rate rate{number(p, "calls"), data.now, {}};
    auto before = data.rates.find(name);
    if (before != data.rates.end() && rate.calls >= before->second.calls
        && data.now > before->second.at) {
      auto passed = std::chrono::duration<double>(data.now - before->second.at).count();
      rate.per_second = static_cast<double>(rate.calls - before->second.calls) / passed;
    }
    next.emplace(name, rate);
  }
  data.rates = std::move(next);
}

/// On a narrower screen the list of pools has no room for their latencies.
constexpr size_t room_for_latencies = 110;

/// Returns the pools whose latencies the page shows.
std::vector<std::string> pools_with_latencies(const model& m, const node_data& data) {
  auto& of = source_of(m);
  if (of.what == page::pool)
    return {of.subject};
  std::vector<std::string> names;
  auto all = data.answer.if_array();
  if (of.what != page::pools || !all || m.columns < room_for_latencies)
    return names;
  for (auto& p : *all)
    names.push_back(text(p, "name"));
  return names;
}

/// Returns whether the two ask for the same page: a payload of events differs each time.
bool is_alike(const question& a, const question& b) {
  return a.operation == b.operation && a.node == b.node
         && (a.operation == "events" || a.payload == b.payload);
}

} // namespace

question next_question(const model& m, const node_data& data) {
  if (data.node.empty() || data.is_gone || data.asked.node != m.node)
    return {"health", "null", m.node};
  auto q = listing_question(source_of(m), data);
  q.node = m.node;
  if (has_answer(m, data))
    if (auto more = data.histories.next(pools_with_latencies(m, data), data.now)) {
      more->node = m.node;
      return *more;
    }
  return q;
}

bool has_answer(const model& m, const node_data& data) {
  auto q = listing_question(source_of(m), data);
  q.node = m.node;
  return is_alike(q, data.asked) && !data.answer.is_null();
}

void take(node_data& data, const question& asked, const call_result& answer) {
  if (!answer) {
    auto& why = answer.error();
    if (asked.operation == "history") // an older node has none: the page is all right
      data.histories.take(asked, nullptr, data.now);
    data.is_gone = why.what == code::node_down || why.what == code::unavailable;
    data.trouble =
        std::string{to_string(why.what)} + ": "
        + (why.message.empty() ? std::string{info(why.what).summary} : why.message);
    if (asked.operation == "history" && !data.is_gone) {
      data.trouble.clear();
      return;
    }
    if (!is_alike(data.asked, asked)) {
      data.answer = nullptr;
      data.asked.node = asked.node;
    }
    return;
  }
  json::error_code ec;
  auto read = parse_document(answer->payload.view(), ec);
  data.is_gone = false;
  data.trouble = ec ? "the node sent no JSON" : "";
  if (ec)
    return;
  if (asked.operation == "health")
    return take_health(data, asked, read);
  if (asked.operation == "history")
    return data.histories.take(asked, read, data.now);
  if (asked.operation == "pools" || asked.operation == "pool")
    data.histories.allow(data.histories_per_look);
  if (asked.operation == "events")
    take_events(data, read);
  else if (asked.operation == "pools")
    take_rates(data, read);
  data.asked = asked;
  data.answer = std::move(read);
}

} // namespace troupe::top
