#include "actors/os/spawner.hpp"

#include "actors/os/detached_processes.hpp"
#include "actors/os/exec.hpp"
#include "actors/os/worker_mark.hpp"

#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>

namespace troupe::os {

spawner::spawner(guardian& g, strangers others)
  : guardian_(g)
  , children_(g.node(), others, [&g](pid_t pid) { return g.may_be(pid); })
  , sweeper_(children_) {
  ::getrlimit(RLIMIT_NOFILE, &files_);
  if (others != strangers::ignore)
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
  sweeper_.finish();
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

spawn_result spawner::start(spawn_spec& spec, child_slots& slots) {
  auto number = children_.expect();
  spawn_result started = failure(""); // no process until there is one
  try {
    auto mark = spec.forks ? make_forked_mark(guardian_.node(), number)
                           : make_worker_mark(guardian_.node(), number);
    set_mark(spec.env, mark);
    started = execute(spec, files_, slots);
    if (started)
      enter(*started, spec, number, std::move(mark));
  } catch (const std::exception& e) {
    if (started)
      abandon(started->pid, number);
    started = failure(std::string{e.what()});
  }
  if (!started) {
    children_.not_born(number);
    if (spec.outlives())
      ::unlink(spec.log_path.c_str());
  }
  reap_those_that_ended_meanwhile();
  return started;
}

void spawner::reap_those_that_ended_meanwhile() {
  if (children_.was_asked_to_reap())
    reap_orphans();
}

result<expected_fork, std::string> spawner::expect_fork() {
  if (!children_.are_all_children())
    return failure("the node is in another program, whose children it cannot take");
  auto number = children_.expect();
  return expected_fork{number, make_forked_mark(guardian_.node(), number)};
}

result<loop::unique_fd, std::string> spawner::enter_forked(uint64_t number, pid_t pid) {
  auto refuse = [&](const std::string& why) {
    not_forked(number);
    return failure("process " + std::to_string(pid) + why);
  };
  // Nobody reaps it before this is over, so that its number is its own.
  auto entry = find_process(pid);
  if (!entry || entry->parent != ::getpid() || children_.is_known(pid))
    return refuse(" is no new child of the node");
  loop::unique_fd exit{static_cast<int>(::syscall(SYS_pidfd_open, pid, 0))};
  if (!exit)
    return refuse(std::string{": pidfd_open: "} + std::strerror(errno));
  if (entry->group != pid) {
    ::syscall(SYS_pidfd_send_signal, exit.get(), SIGKILL, nullptr, 0);
    return refuse(" leads no group of its own: it has to call setsid");
  }
  guardian_.watch(number, pid, entry->started);
  children_.born(number, *entry);
  reap_those_that_ended_meanwhile();
  return exit;
}

void spawner::not_forked(uint64_t number) {
  children_.not_born(number);
  reap_those_that_ended_meanwhile();
  sweeper_.look();
}

void spawner::enter(spawned_process& p, const spawn_spec& spec, uint64_t number,
                    std::string mark) {
  // The child is not reaped yet, so that it has an entry even if it has ended.
  auto entry = find_process(p.pid).value_or(process_entry{p.pid});
  guardian_.watch(number, p.pid, entry.started);
  if (spec.outlives())
    let_outlive(p, spec, number, std::move(mark));
  children_.born(number, entry);
}

/// Ends a child that was started and could not be entered: the node knows of none.
void spawner::abandon(pid_t pid, uint64_t number) {
  ::kill(-pid, SIGKILL);
  guardian_.forget(number);
  ::waitpid(pid, nullptr, 0);
}

/// The guardian leaves it alone once it is recorded: before, nobody would find it again.
void spawner::let_outlive(spawned_process& p, const spawn_spec& spec, uint64_t number,
                          std::string mark) {
  detached_process detached_as{p.pid, start_time(p.pid).value_or(0), spec.socket_path,
                               spec.log_path};
  if (record_detached(detached_as, mark))
    guardian_.spare(number);
  p.detached_as = std::make_shared<const detached_process>(std::move(detached_as));
}

reaped_child spawner::reap(pid_t pid) {
  // The zombie keeps its number, so the group cannot be somebody else's yet.
  ::kill(-pid, SIGKILL);
  if (auto number = children_.number_of(pid))
    guardian_.forget(*number);
  auto end = children_.bury(pid);
  reap_orphans();
  sweeper_.look();
  return end;
}

void spawner::adopt(pid_t pid) {
  children_.adopt(find_process(pid).value_or(process_entry{pid}));
}

exit_status spawner::bury(const detached_process& who, int pidfd) {
  auto status = bury_detached(who, pidfd);
  children_.forget(static_cast<pid_t>(who.pid));
  sweeper_.end_marked(recorded_mark(who), ticks_of(who.started));
  reap_orphans(); // it may have become the node's
  return status;
}

void spawner::leave(pid_t pid) {
  if (auto number = children_.number_of(pid))
    guardian_.spare(*number); // for one that could not be recorded
  children_.leave(pid);
  reap_orphans(); // it may have ended
}

void spawner::give_up(pid_t pid) {
  if (auto number = children_.number_of(pid))
    guardian_.forget(*number);
  children_.forget(pid);
  reap_orphans();
}

bool spawner::end(const detached_process& who) {
  auto mark = recorded_mark(who);
  auto was_there = end_detached(who);
  sweeper_.end_marked(std::move(mark), ticks_of(who.started));
  return was_there;
}

void spawner::reap_orphans() {
  children_.reap_others();
}

size_t spawner::alive() const {
  return children_.alive();
}

} // namespace troupe::os
