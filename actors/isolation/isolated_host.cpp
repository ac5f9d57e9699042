#include "actors/isolation/isolated_host.hpp"

#include "protocol/base/json_document.hpp"
#include "protocol/base/json_text.hpp"

#include <boost/json/value.hpp>
#include <caf/send.hpp>

#include <exception>
#include <utility>
#include <variant>

namespace troupe::isolation {

namespace {

boost::json::object to_object(const std::string& text) {
  boost::json::error_code ec;
  auto value = parse_document(text, ec);
  return value.is_object() ? std::move(value.get_object()) : boost::json::object{};
}

/// An exception may have none, but the end must not look like one in order.
std::string some_words(std::string words) {
  return words.empty() ? "it ended without a word" : std::move(words);
}

} // namespace

template <class Then>
void isolated_host_state::when_it_answers(Then then) {
  // Every actor of CAF answers this. One that has ended does not: `on_down` follows.
  self->request(caf::actor_cast<caf::actor>(behaviour->actor()), caf::infinite,
                caf::sys_atom_v, caf::get_atom_v, std::string{"info"})
      .then([then = std::move(then)](caf::ok_atom, const std::string&,
                                     const caf::strong_actor_ptr&,
                                     const std::string&) mutable { then(); },
            [](const caf::error&) {});
}

void isolated_host_state::take(const said::hello& h) {
  start(h);
  if (behaviour)
    when_it_answers([this] {
      with.write(ready_line(
          {with.kind->name, TROUPE_VERSION, behaviour->cancellable() != nullptr}));
    });
}

void isolated_host_state::start(const said::hello& place) {
  if (behaviour)
    return;
  behaviour_context context{place.node,
                            place.pool,
                            place.worker,
                            with.setup.of,
                            to_object(with.setup.options),
                            isolated_host_actor{self}};
  try {
    behaviour.emplace(
        with.kind->spawn({*self, behaviour_thread::own, std::move(context)}));
    self->monitor(behaviour->actor());
  } catch (...) {
    with.ended(some_words(fault_of_throw(std::current_exception()).message));
  }
}

void isolated_host_state::take(const said::run& r) {
  start({}); // without a handshake, the first call is the first word
  if (!behaviour)
    return;
  ticket_id ticket{++last_ticket};
  calls.emplace(ticket, r.request_id);
  tickets.emplace(r.request_id.str(), ticket);
  behaviour_call c{.id = ticket,
                   .kind = r.kind,
                   .payload = r.payload,
                   .deadline = steady_clock::now() + r.left,
                   .trace = r.trace};
  if (r.stream)
    c.chunks = {isolated_host_actor{self}, ticket};
  self->request(behaviour->actor(), caf::infinite, std::move(c))
      .then([this, ticket](outcome& result) { settle(ticket, std::move(result)); },
            [this, ticket](const caf::error& error) { fail(ticket, error); });
}

void isolated_host_state::take(const said::cancel& c) {
  auto i = tickets.find(c.request_id.str());
  if (i != tickets.end() && behaviour->cancellable())
    self->send(behaviour->cancellable(), atom::cancel_v, i->second);
}

void isolated_host_state::take(const said::ping& p) {
  // By its own thread: one that hangs must not seem well.
  if (behaviour)
    when_it_answers([this, id = p.request_id] { with.write(pong_line(id.view())); });
}

void isolated_host_state::take(said::answer& a) {
  auto own = own_calls.extract(a.id);
  if (!own)
    return;
  if (a.result)
    own.mapped().promise.deliver(*std::move(a.result));
  else
    own.mapped().promise.deliver(to_error(a.result.error()));
}

void isolated_host_state::close() {
  closed = true;
  for (auto& [id, own] : std::exchange(own_calls, {}))
    own.promise.deliver(to_error({code::shutting_down, "the worker is being stopped"}));
  stop();
}

void isolated_host_state::settle(ticket_id ticket, call_result result) {
  auto call = calls.extract(ticket);
  if (!call)
    return;
  tickets.erase(call.mapped().str());
  // What came from a pool names its worker, and was looked at there.
  if (result && result->worker.empty() && !json_text::is_valid(result->payload.view()))
    result = failure(code::protocol_error, "it answered with what is no JSON text");
  with.write(result_line(call.mapped().view(), result));
  if (stopping)
    stop();
}

void isolated_host_state::fail(ticket_id ticket, const caf::error& error) {
  when_it_answers([this, ticket, why = to_fault(error)]() mutable {
    settle(ticket, failure(std::move(why)));
  });
}

void isolated_host_state::on_down(const caf::error& reason) {
  auto in_order = !reason || reason == caf::exit_reason::user_shutdown
                  || reason == caf::exit_reason::normal;
  with.ended(in_order ? std::string{} : some_words(to_fault(reason).message));
}

void isolated_host_state::stop() {
  stopping = true;
  if (!behaviour)
    with.ended({});
  else if (calls.empty())
    self->send_exit(behaviour->actor(), caf::exit_reason::user_shutdown);
}

caf::result<outcome> isolated_host_state::call_pool(const pool_call& c) {
  auto parent = calls.find(c.parent);
  if (c.parent != 0 && parent == calls.end())
    return to_error({code::cancelled, "the call that it is made for has ended"});
  if (closed)
    return to_error({code::shutting_down, "the worker is being stopped"});
  if (!json_text::is_valid(c.payload.view()))
    return to_error({code::bad_request, "the payload of a call must be JSON text"});
  auto id = own_id(++last_own);
  auto promise = self->make_response_promise<outcome>();
  own_calls.emplace(id, own_call{promise, c.tag});
  with.write(call_line(id, c,
                       parent == calls.end() ? std::nullopt
                                             : std::optional{parent->second.view()}));
  return promise;
}

void isolated_host_state::cancel_named(tag_id wanted) {
  for (auto& [id, own] : own_calls)
    if (own.name == wanted)
      with.write(cancel_line(id));
}

caf::result<atom::writable> isolated_host_state::forward(const result_chunk& c) {
  auto call = calls.find(c.call);
  if (call == calls.end())
    return to_error({code::cancelled, "nobody waits for parts of this call"});
  if (!json_text::is_valid(c.payload.view()))
    return to_error({code::bad_request, "a part of a result must be JSON text"});
  with.write(chunk_line(call->second.view(), c.payload.view()));
  return atom::writable_v;
}

void isolated_host_state::publish(const shared_bytes& payload) {
  with.write(json_text::is_valid(payload.view())
                 ? event_line(payload.view())
                 : log_line_of(
                     {log_severity::warn, "an event that is no JSON text is dropped"}));
}

isolated_host_actor::behavior_type
isolated_host_behavior(isolated_host_state::self_pointer self,
                       isolated_surroundings with) {
  auto& st = self->state;
  st.self = self;
  st.with = std::move(with);
  self->set_down_handler(
      [self](const caf::down_msg& m) { self->state.on_down(m.reason); });
  return {
      [self](const pool_call& c) { return self->state.call_pool(c); },
      [self](atom::cancel, tag_id wanted) { self->state.cancel_named(wanted); },
      [self](const result_chunk& c) { return self->state.forward(c); },
      [self](const log_line& line) { self->state.with.write(log_line_of(line)); },
      [self](atom::publish, const shared_bytes& payload) {
        self->state.publish(payload);
      },
      [self](atom::output, const shared_bytes& line) {
        auto said = read_line(line);
        std::visit([self](auto& what) { self->state.take(what); }, said);
      },
      [self](atom::leave) { self->state.close(); },
  };
}

} // namespace troupe::isolation
