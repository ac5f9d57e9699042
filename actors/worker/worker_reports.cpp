#include "actors/worker/worker_reports.hpp"

#include <caf/send.hpp>

namespace troupe::worker {

worker_reports::worker_reports(worker_identity who, std::string name,
                               supervisor_actor supervisor, events_actor events)
  : who_(who)
  , name_(std::move(name))
  , supervisor_(std::move(supervisor))
  , events_(std::move(events)) {}

event worker_reports::make_event(std::string kind,
                                 std::initializer_list<event_member> more) const {
  event_members all;
  all.reserve(1 + introduction_.size() + more.size());
  all.push_back({"worker", name_.view()});
  all.insert(all.end(), introduction_.begin(), introduction_.end());
  all.insert(all.end(), more);
  return {std::move(kind), std::move(all), name_.str()};
}

void worker_reports::publish(event e) const {
  caf::anon_send(events_, atom::publish_v, std::move(e));
}

void worker_reports::ready(const worker_info& info) const {
  caf::anon_send(supervisor_, atom::ready_v, who_.incarnation, info);
}

void worker_reports::retire() const {
  caf::anon_send(supervisor_, atom::retiring_v, who_.incarnation);
}

void worker_reports::recycle(end_reason why) const {
  caf::anon_send(supervisor_, atom::recycle_v, who_.incarnation, why);
}

void worker_reports::idle() const {
  caf::anon_send(supervisor_, atom::idle_v, who_.incarnation);
}

void worker_reports::last_words(std::vector<std::string> lines) const {
  caf::anon_send(supervisor_, atom::last_words_v, who_.incarnation, std::move(lines));
}

void worker_reports::record(const worker_counters& counters) const {
  caf::anon_send(supervisor_, atom::counted_v, who_.incarnation, counters);
}

} // namespace troupe::worker
