#include "actors/process/spawner.hpp"

#include "actors/process/exec.hpp"
#include "actors/process/session.hpp"
#include "actors/process/survivors.hpp"

#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>

namespace troupe {

spawner::spawner(guardian& g)
  : guardian_(g) {
  ::getrlimit(RLIMIT_NOFILE, &files_);
  ::prctl(PR_SET_CHILD_SUBREAPER, 1);
  thread_ = std::thread{[this] { run(); }};
}

spawner::~spawner() {
  {
    std::lock_guard lock{mutex_};
    stopped_ = true;
  }
  wanted_.notify_one();
  thread_.join();
}

void spawner::spawn(spawn_spec spec, std::function<void(spawn_result)> done) {
  {
    std::lock_guard lock{mutex_};
    requests_.push_back({std::move(spec), std::move(done)});
  }
  wanted_.notify_one();
}

void spawner::run() {
  ::prctl(PR_SET_NAME, "spawner");
  child_slots slots;
  std::unique_lock lock{mutex_};
  for (;;) {
    wanted_.wait(lock, [this] { return stopped_ || !requests_.empty(); });
    if (stopped_)
      return;
    auto r = std::move(requests_.front());
    requests_.pop_front();
    lock.unlock();
    r.done(start(r.spec, slots));
    lock.lock();
  }
}

spawn_result spawner::start(const spawn_spec& spec, child_slots& slots) {
  {
    std::lock_guard lock{children_mutex_};
    starting_ = true;
  }
  auto result = execute(spec, files_, slots);
  auto p = std::get_if<spawned_process>(&result);
  bool asked;
  {
    std::lock_guard lock{children_mutex_};
    starting_ = false;
    asked = std::exchange(asked_, false);
    if (p)
      children_.insert(p->pid);
    if (p && spec.terminal)
      sessions_.insert(p->pid);
  }
  if (p)
    guardian_.watch(p->pid);
  if (p && spec.outlives())
    let_outlive(*p, spec);
  else if (spec.outlives())
    ::unlink(spec.log_path.c_str());
  if (asked)
    reap_orphans(); // those that ended meanwhile
  return result;
}

/// The guardian leaves it alone once it is recorded: before, nobody would find it again.
void spawner::let_outlive(spawned_process& p, const spawn_spec& spec) {
  survivor home{p.pid, start_time(p.pid).value_or(0), spec.socket_path, spec.log_path};
  if (record_survivor(home))
    guardian_.forget(p.pid);
  p.home = std::make_shared<const survivor>(std::move(home));
}

int spawner::reap(pid_t pid) {
  // The zombie keeps its number, so the group cannot be somebody else's yet.
  ::kill(-pid, SIGKILL);
  bool leads_session;
  {
    std::lock_guard lock{children_mutex_};
    leads_session = sessions_.erase(pid) > 0;
  }
  if (leads_session)
    kill_sessions({pid}); // a shell gives each of its jobs a group
  guardian_.forget(pid);
  int status = 0;
  {
    std::lock_guard lock{children_mutex_};
    while (::waitpid(pid, &status, 0) < 0 && errno == EINTR)
      ;
    children_.erase(pid);
  }
  reap_orphans();
  return status;
}

void spawner::adopt(pid_t pid) {
  std::lock_guard lock{children_mutex_};
  children_.insert(pid);
}

void spawner::forget(pid_t pid) {
  guardian_.forget(pid); // for one that could not be recorded
  {
    std::lock_guard lock{children_mutex_};
    children_.erase(pid);
  }
  reap_orphans(); // it may have ended
}

void spawner::reap_orphans() {
  std::lock_guard lock{children_mutex_};
  // The kernel looks at every child: not once for each start.
  asked_ = starting_;
  while (!starting_) {
    siginfo_t ended{};
    if (::waitid(P_ALL, 0, &ended, WEXITED | WNOHANG | WNOWAIT) != 0 || ended.si_pid == 0)
      return;
    // One of ours: its loop reaps it and comes back here.
    if (children_.contains(ended.si_pid))
      return;
    ::waitpid(ended.si_pid, nullptr, WNOHANG);
  }
}

size_t spawner::alive() const {
  std::lock_guard lock{children_mutex_};
  return children_.size() + (starting_ ? 1 : 0);
}

} // namespace troupe
