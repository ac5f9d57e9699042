#include "tests/actors/broker/support_broker.hpp"

#include "protocol/base/address.hpp"

namespace troupe::testing {

broker_state& broker_fixture::state() {
  return static_cast<broker_self*>(caf::actor_cast<caf::abstract_actor*>(actor))->state;
}

size_t broker_fixture::join(int32_t index, uint32_t window) {
  auto record = std::make_shared<worker_record>();
  auto w = make_worker(record);
  workers.push_back({w, record, index});
  tell(actor, atom::join_v, member{w, index, incarnation_id{workers.size()}, window});
  return workers.size() - 1;
}

call broker_fixture::make(uint64_t tag, int32_t index) const {
  call c;
  c.kind = shared_bytes{std::string{"k"}};
  c.payload = shared_bytes{std::to_string(tag)};
  c.taken = now();
  c.worker = index;
  return c;
}

void broker_fixture::submit(std::vector<call> calls) {
  submissions batch;
  for (auto& c : calls) {
    auto tag = std::stoull(c.payload.str());
    batch.push_back({std::move(c), sink, tag_id{tag}});
  }
  tell(actor, std::move(batch));
}

void broker_fixture::answer(size_t n, size_t j, std::string payload) {
  auto& w = workers.at(n);
  auto who = worker_name(pool.name, w.index);
  instruct(w.actor, w.record, [=, r = w.record](worker_actor::pointer) {
    r->jobs.at(j).answer.deliver(outcome{shared_bytes{payload}, shared_bytes{who}});
  });
}

void broker_fixture::fail(size_t n, size_t j, fault why) {
  auto& w = workers.at(n);
  instruct(w.actor, w.record, [=, r = w.record](worker_actor::pointer) {
    r->jobs.at(j).answer.deliver(to_error(why));
  });
}

void broker_fixture::return_call(size_t n) {
  auto& w = workers.at(n);
  instruct(w.actor, w.record, [r = w.record](worker_actor::pointer) {
    r->jobs.back().answer.deliver(outcome{null_payload(), {}, step_result::returned, {}});
  });
}

void broker_fixture::die(size_t n, const fault& why) {
  auto& w = workers.at(n);
  instruct(w.actor, w.record, [=, r = w.record](worker_actor::pointer me) {
    for (auto& j : r->jobs)
      if (j.answer.pending())
        j.answer.deliver(to_error(why));
    for (auto& p : std::exchange(r->releases, {}))
      p.deliver(atom::released_v);
    me->quit(to_error(why));
  });
}

void broker_fixture::release(size_t n) {
  auto& w = workers.at(n);
  instruct(w.actor, w.record, [r = w.record](worker_actor::pointer) {
    for (auto& p : std::exchange(r->releases, {}))
      p.deliver(atom::released_v);
  });
}

std::vector<uint64_t> broker_fixture::payloads(size_t n) {
  std::vector<uint64_t> tags;
  for (auto& j : worker(n).jobs)
    tags.push_back(std::stoull(j.what.payload.str()));
  return tags;
}

queue_status broker_fixture::status() {
  auto request = ask(actor, atom::status_v);
  return answer_of<queue_status>(request);
}

} // namespace troupe::testing
