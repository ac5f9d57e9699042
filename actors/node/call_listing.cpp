#include "actors/node/call_listing.hpp"

#include "protocol/base/json_member.hpp"
#include "protocol/base/json_text.hpp"
#include "protocol/base/json_writer.hpp"
#include "protocol/base/limits.hpp"
#include "protocol/base/listing_limits.hpp"

#include <algorithm>
#include <utility>

namespace troupe::node {

using namespace std::chrono_literals;
using std::chrono::duration_cast;
using std::chrono::milliseconds;

namespace {

/// Reads a whole number from 0 of the payload into `out`, or returns what is wrong.
result<> read_number(std::string_view payload, std::string_view key, int64_t& out,
                     int64_t least, int64_t most) {
  auto text = json_text::find_member(payload, key);
  if (!text || json_text::is_absent(*text))
    return {};
  auto n = json_text::as_integer(*text);
  if (!n || *n < least || *n > most)
    return failure(malformed(std::string{key} + ": expected a whole number from "
                             + std::to_string(least) + " to " + std::to_string(most)));
  out = *n;
  return {};
}

result<> read_text(std::string_view payload, std::string_view key, std::string& out) {
  auto text = json_text::find_member(payload, key);
  if (!text || json_text::is_absent(*text))
    return {};
  auto read = json_text::as_text(*text);
  if (!read)
    return failure(malformed(std::string{key} + ": expected a string"));
  out = std::move(*read);
  return {};
}

milliseconds time_between(steady_clock::time_point from, steady_clock::time_point to) {
  return std::max(duration_cast<milliseconds>(to - from), 0ms);
}

json_object_writer& add_or_null(json_object_writer& out, std::string_view key,
                                std::string_view text) {
  return text.empty() ? out.add(key, nullptr) : out.add(key, text);
}

} // namespace

result<call_listing> read_listing(std::string_view payload) {
  call_listing l;
  std::string state;
  int64_t older = 0;
  int64_t limit = limits::listed_calls;
  auto longest = milliseconds{limits::longest_duration}.count();
  for (auto& read :
       {read_text(payload, "pool", l.wanted.pool), read_text(payload, "state", state),
        read_number(payload, "older_ms", older, 0, longest),
        read_number(payload, "limit", limit, 1, limits::listed_calls_most)})
    if (!read)
      return failure(read.error());
  for (auto s : {call_state::waiting, call_state::running})
    if (state == word_for(s))
      l.wanted.state = s;
  if (!state.empty() && !l.wanted.state)
    return failure(malformed("state: expected waiting or running, not '" + state + "'"));
  l.wanted.older = milliseconds{older};
  l.wanted.limit = static_cast<size_t>(limit);
  auto cluster = json_text::flag_member(payload, "cluster");
  auto away = json_text::flag_member(payload, "away", true);
  auto silent = json_text::flag_member(payload, "silent");
  for (auto read : {&cluster, &away, &silent})
    if (!*read)
      return failure(read->error());
  l.cluster = *cluster;
  l.away = !l.cluster && *away;
  return l;
}

call_row to_row(const open_call& c, const std::string& node,
                steady_clock::time_point now) {
  auto id = c.id;
  id.node = node;
  json_object_writer out;
  out.add("id", to_string(id));
  if (c.request_id.empty())
    out.add("request_id", nullptr);
  else
    out.add_escaped("request_id", c.request_id.view());
  auto age = time_between(c.taken, now);
  out.add("pool", c.id.pool)
      .add_escaped("kind", c.kind.view())
      .add("state", word_for(c.state))
      .add("age_ms", age.count());
  if (c.deadline)
    out.add("deadline_ms", time_between(now, *c.deadline).count());
  else
    out.add("deadline_ms", nullptr);
  out.add("priority", int{c.priority});
  add_or_null(out, "key", c.key);
  add_or_null(out, "worker", c.worker);
  out.add("deaths", c.deaths).add("from", to_string(c.from));
  add_or_null(out, "trace_id", trace_id_of(c.trace));
  out.add("node", node);
  return {std::max(now - c.taken, steady_clock::duration{0}), out.object()};
}

} // namespace troupe::node
