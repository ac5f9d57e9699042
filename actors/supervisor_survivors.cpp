#include "actors/supervisor.hpp"
#include "protocol/address.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>

namespace troupe {

void supervisor_state::take_over() {
  if (pool->left.empty())
    return;
  add_seats();
  for (auto& left : pool->left) {
    pool->log->info("{}: taking pid {} over with {} paused sessions",
                    worker_name(pool->config.name, left.index), left.process.pid,
                    left.sessions.size());
    auto own = find_seat(left.index);
    auto w = spawn_worker(left.index, pool, left);
    if (own && !own->current) {
      own->open = true;
      own->current = std::move(w);
    } else { // no seat, or it has another: it is there for its sessions alone
      w.leaving = true;
      auto& s = own ? *own : seats.front();
      seat_numbers[w.number] = s.index;
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
    self->send(broker, atom::died_v, std::move(lost), why);
}

void supervisor_state::hand_over(int32_t index, const incarnation& w) {
  self->send(broker, atom::join_v,
             member{caf::actor_cast<caf::strong_actor_ptr>(w.worker), index, w.number,
                    w.info.window, w.info.sessions});
  lose_sessions(w, w.info.sessions,
                {code::worker_died, "the worker does not know the session any more", {}});
}

void supervisor_state::on_extra_ready(uint64_t number, const worker_info& info) {
  auto s = seat_of(number);
  if (!s)
    return;
  for (auto& w : s->old)
    if (w.number == number && !w.ready && w.taken_over) {
      w.ready = true;
      w.info = info;
      --starting;
      hand_over(s->index, w);
      let_go(w, end_reason::scale);
      start_due();
      return;
    }
}

} // namespace troupe
