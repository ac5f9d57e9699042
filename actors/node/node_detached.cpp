#include "actors/interfaces/log_record.hpp"
#include "actors/interfaces/worker_files.hpp"
#include "actors/node/node.hpp"
#include "actors/os/detached_processes.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>

namespace troupe::node {

std::map<std::string, std::vector<detached_worker>>
node_state::find_left(const std::vector<config::pool>& wanted,
                      std::vector<session::session_entry>& earlier) const {
  std::map<std::string, std::vector<detached_worker>> out;
  for (auto& process : os::recorded_detached(workers_folder(context->place.state_dir))) {
    auto who = worker_of_log(process.log);
    auto takes_it = [&](const config::pool& p) {
      return who && p.name == who->pool && p.survive;
    };
    if (std::any_of(wanted.begin(), wanted.end(), takes_it))
      out[who->pool].push_back({who->worker, process, {}});
    else if (context->processes->end(process))
      write_log(*context->log, spdlog::level::warn,
                {.event = "worker_not_adopted", .pid = process.pid},
                "pid {}, which an earlier node has left, is of no pool: ended it",
                process.pid);
  }
  for (auto& [pool, workers] : out)
    std::stable_sort(workers.begin(), workers.end(), [](auto& a, auto& b) {
      return a.process.started > b.process.started;
    });
  for (auto& s : earlier) {
    auto& workers = out[s.pool];
    auto own =
        std::find_if(workers.begin(), workers.end(), [&](const detached_worker& w) {
          return s.state == session_state::paused && s.detached_as
                 && w.process == *s.detached_as;
        });
    if (own == workers.end())
      s.detached_as = nullptr;
    else
      own->sessions.push_back(s.id);
  }
  return out;
}

} // namespace troupe::node
