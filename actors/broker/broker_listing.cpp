#include "actors/broker/broker.hpp"
#include "protocol/base/address.hpp"

#include <algorithm>

/// What operators see of open calls, and take back.
namespace troupe::broker {

namespace {

call_state state_at(const open_call_index::where& w) {
  return std::holds_alternative<call_queue::place>(w) ? call_state::waiting
                                                      : call_state::running;
}

} // namespace

caf::result<open_calls> broker_state::list_calls(call_query wanted) {
  auto asked = self->make_response_promise<open_calls>();
  if (watch.searches.add(std::move(wanted), asked))
    search_calls();
  return asked;
}

void broker_state::search_calls() {
  auto step = [this](call_search& search) {
    return search.step(open, self->clock().now(), [&](const open_call_index::where& w) {
      auto& state = search.wanted().state;
      return !state || *state == state_at(w);
    });
  };
  auto more = watch.searches.advance(step, [this](call_number number) {
    auto w = open.find(number);
    return w ? std::optional{describe(number, *w)} : std::nullopt;
  });
  if (more)
    self->delayed_send(self, limits::call_search_rest, internal::search_calls_v);
}

open_call broker_state::describe(call_number number,
                                 const open_call_index::where& w) const {
  auto& mine = pool->config.name;
  open_call c;
  if (auto place = std::get_if<call_queue::place>(&w)) {
    auto& waiting = queue.at(*place);
    c = facts_of(waiting);
    c.deadline = waiting.start_by;
    if (waiting.what.worker >= 0)
      c.worker = worker_name(mine, waiting.what.worker);
  } else {
    auto& f = running[std::get<size_t>(w)];
    c = facts_of(f.call);
    c.deadline = f.deadline();
    if (workers.find(f.worker))
      c.worker = worker_of(f);
  }
  c.state = state_at(w);
  c.id = {mine, {}, number};
  return c;
}

caf::result<open_call> broker_state::cancel_for_operator(call_number number) {
  auto found = open.find(number);
  if (!found)
    return to_error(no_such_call({pool->config.name, {}, number}));
  auto w = *found;
  auto was = describe(number, w);
  take_back(w, taken_back(was.state == call_state::running ? was.worker : std::string{}),
            true);
  return was;
}

} // namespace troupe::broker
