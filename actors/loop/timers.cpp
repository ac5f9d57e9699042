#include "actors/loop/timers.hpp"

#include <caf/abstract_actor.hpp>
#include <caf/error.hpp>
#include <caf/execution_unit.hpp>
#include <caf/message.hpp>
#include <caf/sec.hpp>

namespace troupe::loop {

timers::timers(caf::execution_unit& unit)
  : unit_(unit)
  , wheel_(std::chrono::steady_clock::now()) {}

void timers::set_request_timeout(time_point due, caf::strong_actor_ptr who,
                                 caf::message_id id) {
  request_key key{who->id(), id.integer_value()};
  requests_[key] = wheel_.insert(due, entry{std::move(who), id, nullptr});
}

void timers::cancel_request_timeout(caf::actor_id who, caf::message_id id) {
  auto i = requests_.find({who, id.integer_value()});
  if (i == requests_.end())
    return;
  auto h = i->second;
  requests_.erase(i);
  wheel_.take(h);
}

void timers::cancel_request_timeouts(caf::actor_id who) {
  for (auto i = requests_.begin(); i != requests_.end();) {
    auto here = i++;
    if (here->first.who != who)
      continue;
    wheel_.take(here->second);
    requests_.erase(here);
  }
}

void timers::schedule_message(time_point due, caf::strong_actor_ptr who,
                              caf::mailbox_element_ptr content) {
  wheel_.insert(due, entry{std::move(who), {}, std::move(content)});
}

void timers::expire(time_point now) {
  wheel_.expire(now, [this](entry& e) { fire(e); });
}

void timers::fire(entry& e) {
  if (e.content) {
    e.who->get()->enqueue(std::move(e.content), &unit_);
    return;
  }
  requests_.erase({e.who->id(), e.request.integer_value()});
  e.who->get()->eq_impl(e.request, e.who, &unit_,
                        caf::make_error(caf::sec::request_timeout));
}

} // namespace troupe::loop
