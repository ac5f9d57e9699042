#include "actors/cluster/call_results.hpp"
#include "actors/cluster/link.hpp"
#include "protocol/base/address.hpp"

/// What operators see of the calls of a LINK, and take back.
namespace troupe::cluster {

namespace {

call_state state_of(const call_away& c) {
  return c.sent ? call_state::running : call_state::waiting;
}

/// Whether it is a call of a pool, and what is asked for.
bool matches(const call_away& c, const call_query& wanted) {
  return c.what().pool != node_target
         && (wanted.pool.empty() || c.what().pool == wanted.pool)
         && (!wanted.state || *wanted.state == state_of(c));
}

} // namespace

caf::result<open_calls> link_state::list_calls(call_query wanted) {
  if (life->is_down() || is_from_afar())
    return open_calls{};
  auto asked = self->make_response_promise<open_calls>();
  if (away.searches().add(std::move(wanted), asked))
    search_calls();
  return asked;
}

void link_state::search_calls() {
  auto step = [this](broker::call_search& search) {
    return search.step(away.index(), self->clock().now(), [&](auto& place) {
      return matches(*away.find(calls_away::id_at(place)), search.wanted());
    });
  };
  auto more = away.searches().advance(step, [this](call_number number) {
    auto id = away.find(number);
    return id ? std::optional{describe(number, *id)} : std::nullopt;
  });
  if (more)
    self->delayed_send(self, limits::call_search_rest, internal::search_calls_v);
}

open_call link_state::describe(call_number number, link_call_id id) {
  auto& c = *away.find(id);
  auto facts = facts_of(c.routed.call);
  auto& what = c.what();
  if (what.timeout)
    facts.deadline = what.taken + *what.timeout;
  facts.state = state_of(c);
  facts.worker = what.worker < 0 ? what.pool : worker_name(what.pool, what.worker);
  facts.worker += '@' + context.peer.node;
  facts.id = {what.pool, context.peer.node, number};
  return facts;
}

caf::result<open_call> link_state::cancel_for_operator(call_number number) {
  auto id = is_from_afar() ? std::nullopt : away.find(number);
  if (!id || away.find(*id)->what().pool == node_target)
    return to_error(no_such_call({{}, context.peer.node, number}));
  auto was = describe(number, *id);
  auto c = withdraw(*id, code::cancelled);
  auto sink = c.call.sink;
  c.call.settle(
      failed(taken_back(was.state == call_state::running ? was.worker : std::string{})));
  release(sink);
  return was;
}

} // namespace troupe::cluster
