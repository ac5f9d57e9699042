#include "actors/session/sessions.hpp"

#include "protocol/base/json_member.hpp"
#include "protocol/base/json_text.hpp"
#include "protocol/base/json_writer.hpp"

#include <algorithm>
#include <array>
#include <random>

namespace troupe::session {

namespace {

/// Returns a name that nobody guesses: who knows it may use the session.
/// @param node The node where any node of a cluster finds it; empty for one that is
/// alone.
std::string make_id(const std::string& node) {
  std::random_device random;
  constexpr std::string_view digits = "0123456789abcdef";
  std::string id = "s-";
  for (int i = 0; i < 2; ++i)
    for (auto bits = random(), left = 8U; left > 0; --left, bits >>= 4)
      id += digits[bits & 0xF];
  return node.empty() ? id : id + '@' + node;
}

/// Returns the members of a JSON object, less those named, after the id of a session.
std::string members_for_worker(const std::string& id, std::string_view object,
                               std::initializer_list<std::string_view> less) {
  json_object_writer out;
  out.add("session_id", id);
  std::string buffer;
  json_text::member_reader members{object};
  while (auto m = members.next()) {
    auto key = json_text::plain_key(m->key, buffer);
    if (key == "session_id" || std::find(less.begin(), less.end(), key) != less.end())
      continue;
    out.add_spelled(m->key, m->value);
  }
  return out.object();
}

} // namespace

std::span<const sessions_state::operation> sessions_state::operations() {
  static constexpr std::array<operation, 6> all = {{
      {.kind = "session.run", .run = &sessions_state::run},
      {.kind = "session.list", .run = &sessions_state::list},
      {.kind = "session.continue", .run_on = &sessions_state::go_on},
      {.kind = "session.stop", .run_on = &sessions_state::stop},
      {.kind = "session.history", .run_on = &sessions_state::tell_history},
      {.kind = "session.status", .run_on = &sessions_state::describe},
  }};
  return all;
}

void sessions_state::operate(pending_call c) {
  if (ending)
    return c.settle(failure(fault{code::shutting_down}));
  auto kind = json_text::unescape(c.what.kind.view());
  auto all_kinds = operations();
  auto named = std::find_if(all_kinds.begin(), all_kinds.end(),
                            [&](const operation& o) { return o.kind == kind; });
  if (named == all_kinds.end())
    return c.settle(failure(malformed("kind: no operation on sessions")));
  if (named->run)
    return (this->*named->run)(std::move(c));
  if (auto s = find(c))
    (this->*named->run_on)(std::move(c), *s);
}

void sessions_state::describe(pending_call c, session_entry& s) {
  c.settle(outcome{shared_bytes{s.describe(std::chrono::system_clock::now())}});
}

void sessions_state::tell_history(pending_call c, session_entry& s) {
  auto read = context.registry->history(s.id);
  if (!read)
    return c.settle(failure(std::move(read).error()));
  c.settle(outcome{shared_bytes{s.answer_with("history", *read)}});
}

session_entry* sessions_state::find(pending_call& c) {
  auto payload = c.what.payload.view();
  auto id = json_text::text_member(payload, "name"); // as a path names it
  if (!id)
    id = json_text::text_member(payload, "session_id");
  if (!id) {
    c.settle(failure(malformed("session_id: expected the id of a session")));
    return nullptr;
  }
  // What is after the `@` of an id says only where the session is: here.
  for (auto& spelled :
       {*id, *id + '@' + context.directory->node(), id->substr(0, id->find('@'))})
    if (auto i = all.find(spelled); i != all.end())
      return &i->second;
  c.settle(failure(code::session_not_found, "no session " + *id));
  return nullptr;
}

void sessions_state::run(pending_call c) {
  auto payload = c.what.payload.view();
  auto pool = json_text::text_member(payload, "pool");
  if (!pool)
    return c.settle(failure(malformed("pool: expected the name of a pool")));
  auto kind = json_text::find_member(payload, "kind");
  if (kind && !json_text::is_string(*kind))
    return c.settle(failure(malformed("kind: expected a string")));
  auto next = c.what;
  next.worker = -1;
  auto table = context.directory->get();
  // A session is at the node that was asked, wherever calls with its key would go.
  auto key = std::exchange(next.key, {});
  auto found = context.directory->find_entry(*table, *pool, next);
  next.key = std::move(key);
  if (!found)
    return c.settle(failure(std::move(found).error()));
  // NODE gives the call to a node that runs the pool and takes calls, if there is one.
  auto& route = context.directory->route();
  if (next.worker < 0 && route && (*found)->callee == route)
    return c.settle(
        failure(code::unavailable, "no node that runs " + *pool + " takes calls now"));
  if (next.worker >= 0 || !(*found)->workers.takes_sessions)
    return c.settle(
        failure(malformed("pool: expected a pool whose workers speak a protocol, not "
                          + json_string(*pool))));
  if (auto made = make_room(); !made)
    return c.settle(failure(std::move(made).error()));
  session_entry s;
  s.id = make_id(context.directory->others() ? context.directory->node() : "");
  s.pool = *pool;
  s.step.broker = (*found)->broker;
  s.times.begun = std::chrono::system_clock::now();
  next.kind = shared_bytes{kind ? std::string{json_text::body(*kind)} : "run"};
  next.payload = shared_bytes{members_for_worker(s.id, payload, {"pool", "kind"})};
  s.step.waiter = std::move(c);
  auto id = s.id;
  auto& mine = all.emplace(id, std::move(s)).first->second;
  if (auto saved = save(mine, "run", next.payload.view()); !saved) {
    mine.step.settle(failure(std::move(saved).error()));
    all.erase(id);
    return;
  }
  publish(mine, "run");
  context.acceptors->open(id);
  send_step(mine, std::move(next));
}

void sessions_state::go_on(pending_call c, session_entry& s) {
  if (s.cause.what != code::none)
    return c.settle(failure(s.told()));
  if (s.state != session_state::paused) {
    return c.settle(
        failure(fault{code::conflict,
                      "session " + s.id + " is " + std::string{to_string(s.state)}
                          + ": it asks nothing",
                      {.session = s.facts()}}));
  }
  auto given = members_for_worker(s.id, c.what.payload.view(), {"name"});
  auto before = s;
  if (auto accepted = s.pause.accept(given); !accepted)
    return c.settle(failure(std::move(accepted).error()));
  if (auto n = s.pause.remaining(); n > 0) {
    s.show_queries();
    if (auto saved = save(s, "answered", given); !saved) {
      s = std::move(before); // nothing is changed: the client may answer again
      return c.settle(failure(std::move(saved).error()));
    }
    publish(s, "answered");
    auto accepted = json_object_writer{}.add("remaining", n).object();
    auto shown = std::exchange(
        s.feed_result, json_object_writer{}.add_json("Accepted", accepted).object());
    c.settle(outcome{shared_bytes{s.answer()}, shared_bytes{s.worker}});
    s.feed_result = std::move(shown);
    return;
  }
  auto next = c.what;
  next.kind = shared_bytes::literal("continue");
  next.payload = shared_bytes{members_for_worker(s.id, s.pause.responses(), {})};
  s.move(session_event::continued);
  s.feed_result = "null";
  s.step.waiter = std::move(c);
  ++s.step.number;
  if (auto saved = save(s, "continued", given); !saved) {
    auto waiter = std::exchange(s.step.waiter, std::nullopt);
    s = std::move(before); // its worker has heard nothing of it
    return waiter->settle(failure(std::move(saved).error()));
  }
  publish(s, "continued");
  send_step(s, std::move(next));
}

void sessions_state::stop(pending_call c, session_entry& s) {
  auto id = s.id;
  if (s.ended()) {
    if (auto removed = remove(id); !removed)
      return c.settle(failure(std::move(removed).error()));
    return c.settle(outcome{shared_bytes{
        json_object_writer{}.add("session_id", id).add("removed", true).object()}});
  }
  let_go(s);
  fail(s, session_event::broke, {code::cancelled, "a client stopped the session"});
  if (unsaved.count(id) > 0)
    return c.settle(
        failure(fault{code::unavailable,
                      "session " + id + " is stopped, but that is not yet on record",
                      {.session = s.facts()}}));
  c.settle(outcome{shared_bytes{s.answer()}});
}

void sessions_state::list(pending_call c) {
  json_array_writer out;
  auto now = std::chrono::system_clock::now();
  for (auto& [id, s] : all)
    out.add_json(s.describe(now));
  c.settle(outcome{shared_bytes{out.array()}});
}

} // namespace troupe::session
