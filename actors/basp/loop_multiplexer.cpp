#include "actors/basp/loop_multiplexer.hpp"

#include <caf/sec.hpp>

#include <utility>

namespace troupe::basp {

loop_multiplexer::~loop_multiplexer() {
  for (auto* job : waiting_)
    caf::intrusive_ptr_release(job);
}

void loop_multiplexer::attach(loop::event_loop& home) {
  std::lock_guard lock{mutex_};
  home_.store(&home, std::memory_order_release);
  for (auto* job : std::exchange(waiting_, {}))
    home.exec_later(job);
}

void loop_multiplexer::detach() {
  std::lock_guard lock{mutex_};
  home_.store(nullptr, std::memory_order_release);
}

void loop_multiplexer::exec_later(caf::resumable* job) {
  auto kind = job->subtype();
  if (kind != caf::resumable::io_actor && kind != caf::resumable::function_object)
    return super::exec_later(job); // CAF's scheduler
  // On the loop itself nobody can take it away meanwhile.
  auto home = home_.load(std::memory_order_acquire);
  if (home && loop::event_loop::current() == home)
    return home->exec_later(job);
  std::lock_guard lock{mutex_};
  if (auto still = home_.load(std::memory_order_acquire))
    still->exec_later(job);
  else
    waiting_.push_back(job);
}

bool loop_multiplexer::try_run_once() {
  std::vector<caf::resumable*> jobs;
  {
    std::lock_guard lock{mutex_};
    jobs.swap(waiting_);
  }
  for (auto* job : jobs)
    resume({job, false});
  return super::try_run_once() || !jobs.empty();
}

caf::expected<caf::io::scribe_ptr> loop_multiplexer::new_tcp_scribe(const std::string&,
                                                                    uint16_t) {
  return caf::make_error(caf::sec::cannot_connect_to_node);
}

caf::expected<caf::io::doorman_ptr> loop_multiplexer::new_tcp_doorman(uint16_t,
                                                                      const char*, bool) {
  return caf::make_error(caf::sec::cannot_open_port);
}

} // namespace troupe::basp
