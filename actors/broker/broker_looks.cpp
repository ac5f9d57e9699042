#include "actors/broker/broker.hpp"
#include "actors/interfaces/request_with_timeout.hpp"
#include "protocol/base/address.hpp"
#include "protocol/base/json_text.hpp"

/// Operators look at workers: what they ask goes past the queue, the slots of workers and
/// all that counts calls.
namespace troupe::broker {

bool broker_state::look(pending_call& c) {
  auto& config = pool->config;
  if (!config.workers.is_look || c.what.form != payload_form::json
      || !config.workers.is_look(json_text::unescape(c.what.kind.view()),
                                 c.what.payload.view()))
    return false;
  auto now = self->clock().now();
  auto left = config.exec_timeout;
  if (c.what.timeout)
    left = std::min(left, std::chrono::duration_cast<std::chrono::milliseconds>(
                              c.what.taken + *c.what.timeout - now));
  if (left.count() <= 0 || watch.looks.size() >= config.window
      || (c.sink && c.sink->is_behind()))
    return false;
  const worker_set::entry* asked = nullptr;
  workers.for_each([&](worker_set::entry& e) {
    if (c.what.worker < 0 ? !asked : c.what.worker == e.index && !e.retiring)
      asked = &e;
  });
  if (!asked)
    return false;
  job j;
  j.kind = c.what.kind;
  j.payload = c.what.payload;
  j.deadline = now + left;
  j.tag = c.tag;
  j.is_look = true;
  j.ticket = watch.looks.add(std::move(c));
  request_with_timeout<outcome>(
      self, asked->worker, left, std::move(j),
      [this, t = j.ticket](outcome& result) {
        if (auto asker = watch.looks.take(t))
          asker->settle(std::move(result));
      },
      [this, t = j.ticket, name = worker_name(config.name, asked->index)](caf::error& e) {
        auto asker = watch.looks.take(t);
        if (!asker)
          return;
        auto late = e == caf::sec::request_timeout;
        asker->settle(failure(late ? fault{code::timeout,
                                           name + " did not answer in time",
                                           {.worker = worker_facts{name}}}
                                   : to_fault(e)));
      });
  return true;
}

} // namespace troupe::broker
