#include "actors/supervisor/supervisor.hpp"
#include "protocol/base/address.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>

namespace troupe::supervisor {

void supervisor_state::adopt_detached() {
  if (pool->detached.empty())
    return;
  replicas.set_size(pool->config.size);
  for (auto& worker : pool->detached) {
    auto called = worker_name(pool->config.name, worker.index);
    auto fields = about("worker_adopted", called);
    fields.pid = worker.process.pid;
    write_log(*pool->log, spdlog::level::info, fields,
              "{}: taking pid {} over with {} paused sessions", called,
              worker.process.pid, worker.sessions.size());
    auto own = replicas.find(worker.index);
    auto w = spawn_worker(worker.index, pool, worker);
    if (own && !own->current) {
      own->plan.apply(replica_event::opened);
      own->plan.apply(replica_event::filled);
      own->current = std::move(w);
    } else { // no replica, or it has another: it is there for its sessions alone
      w.leaving = true;
      auto& s = own ? *own : replicas.at(0);
      replicas.living.move(w.number, s.index);
      s.old.push_back(std::move(w));
    }
  }
}

void supervisor_state::lose_sessions(const incarnation& w,
                                     const std::vector<std::string>& present,
                                     const fault& why) const {
  std::vector<std::string> lost;
  for (auto& session : w.sessions)
    if (std::find(present.begin(), present.end(), session) == present.end())
      lost.push_back(session);
  if (!lost.empty())
    self->send(broker, atom::lose_sessions_v, std::move(lost), why);
}

void supervisor_state::hand_over(int32_t index, const incarnation& w) {
  self->send(
      broker, atom::join_v,
      member{w.worker, index, w.number, w.info.window, w.info.sessions, w.info.pid});
  lose_sessions(w, w.info.sessions,
                {code::worker_died, "the worker does not know the session any more"});
}

void supervisor_state::on_extra_ready(incarnation_id number, const worker_info& info) {
  auto s = replicas.of_incarnation(number);
  if (!s)
    return;
  for (auto& w : s->old)
    if (w.number == number && !w.ready && w.adopted) {
      w.ready = true;
      w.info = info;
      starts.through();
      hand_over(s->index, w);
      let_go(w, end_reason::scale);
      start_due();
      return;
    }
}

} // namespace troupe::supervisor
