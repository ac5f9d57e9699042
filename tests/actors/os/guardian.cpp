#include "actors/os/process_table.hpp"
#include "tests/actors/os/support_process.hpp"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <future>
#include <thread>

using namespace troupe;
using namespace troupe::loop;
using namespace troupe::os;
using namespace troupe::testing;

namespace guardians {

/// A process that leads a group and waits; killed and reaped at the end of the test.
struct leader {
  pid_t pid;
  uint64_t started = 0;

  leader() {
    require_single_thread();
    pid = ::fork();
    BOOST_REQUIRE(pid >= 0);
    if (pid == 0)
      for (;;)
        ::pause();
    ::setpgid(pid, pid);
    started = find_process(pid)->started;
  }
  ~leader() {
    ::kill(pid, SIGKILL);
    reap(pid);
  }
  leader(const leader&) = delete;
  leader& operator=(const leader&) = delete;
};

/// Waits until the guardian ignores SIGTERM, the last thing it does to get ready.
bool is_ready(pid_t guardian) {
  auto until = steady_clock::now() + patience;
  while (steady_clock::now() < until) {
    std::ifstream in{"/proc/" + std::to_string(guardian) + "/status"};
    for (std::string line; std::getline(in, line);)
      if (line.starts_with("SigIgn:")
          && (std::stoull(line.substr(8), nullptr, 16) >> (SIGTERM - 1) & 1) != 0)
        return true;
    std::this_thread::yield();
  }
  return false;
}

/// What `node` reports of the processes below it.
struct family {
  pid_t guardian = -1;
  pid_t child = -1;
  pid_t grandchild = -1;
};

/// The life of a process like the node: it has a guardian, and a child that starts one of
/// its own and prints its pid; it reports them and waits to be killed. Nothing of
/// Boost.Test here.
[[noreturn]] void node(int report, const std::string& script) {
  guardian g;
  // Beyond the test's own patience there is nobody who would kill it.
  ::alarm(60);
  spawner s{g};
  s.spawn(shell(script), [&](spawn_result r) {
    static spawned_process p = std::move(r).value();
    ::fcntl(p.output.get(), F_SETFL, 0); // to wait for the line
    char line[32] = {};
    if (::read(p.output.get(), line, sizeof line - 1) <= 0)
      ::_exit(1);
    family f{g.pid(), p.pid, static_cast<pid_t>(std::atol(line))};
    if (::write(report, &f, sizeof f) != sizeof f)
      ::_exit(1);
  });
  for (;;)
    ::pause();
}

/// Kills a node whose child runs `script`, and looks at what is left.
void check_killed_node(const std::string& script) {
  require_single_thread();
  ::prctl(PR_SET_CHILD_SUBREAPER, 1); // to reap them all below
  int ends[2];
  BOOST_REQUIRE(::pipe2(ends, O_CLOEXEC) == 0);
  unique_fd read_end{ends[0]};
  unique_fd write_end{ends[1]};
  auto helper = ::fork();
  BOOST_REQUIRE(helper >= 0);
  if (helper == 0)
    node(write_end.get(), script);
  write_end.reset();
  family f;
  auto n = ::read(read_end.get(), &f, sizeof f);
  BOOST_TEST(n == static_cast<ssize_t>(sizeof f));
  BOOST_TEST(::kill(f.grandchild, 0) == 0);
  ::kill(helper, SIGKILL);
  reap(helper);
  if (n != static_cast<ssize_t>(sizeof f))
    return;
  auto began = steady_clock::now();
  BOOST_TEST(ends_within(f.child, patience));
  BOOST_TEST(ends_within(f.grandchild, patience));
  BOOST_TEST((steady_clock::now() - began < 5s));
  // The guardian has nothing left to do.
  BOOST_TEST(ends_within(f.guardian, patience));
  for (auto pid : {f.child, f.grandchild, f.guardian})
    reap(pid);
}

/// Waits until there is a guardian that is not stopped.
bool is_at_work(const guardian& g) {
  auto until = steady_clock::now() + patience;
  while (steady_clock::now() < until) {
    std::ifstream in{"/proc/" + std::to_string(g.pid()) + "/status"};
    for (std::string line; std::getline(in, line);)
      if (line.starts_with("State:") && line.find_first_of("TZ", 6) == std::string::npos)
        return true;
    std::this_thread::yield();
  }
  return false;
}

/// Waits until another guardian than `first` is there.
bool await_other(const guardian& g, pid_t first) {
  auto until = steady_clock::now() + patience;
  while (steady_clock::now() < until) {
    auto now = g.pid();
    if (now > 0 && now != first)
      return true;
    std::this_thread::yield();
  }
  return false;
}

} // namespace guardians

BOOST_AUTO_TEST_SUITE(guardians)

BOOST_AUTO_TEST_CASE(a_guardian_kills_the_groups_it_knows_when_its_pipe_closes) {
  leader watched;
  leader forgotten;
  leader spared;
  leader unknown;
  {
    owned_guardian g; // at its end it waits for the guardian's
    g.get().watch(1, watched.pid, watched.started);
    g.get().watch(2, forgotten.pid, forgotten.started);
    g.get().watch(3, spared.pid, spared.started);
    g.get().forget(2);
    g.get().spare(3);
  }
  BOOST_TEST(ends_within(watched.pid, patience));
  BOOST_TEST(::waitpid(forgotten.pid, nullptr, WNOHANG) == 0);
  BOOST_TEST(::waitpid(spared.pid, nullptr, WNOHANG) == 0);
  BOOST_TEST(::waitpid(unknown.pid, nullptr, WNOHANG) == 0);
}

BOOST_AUTO_TEST_CASE(a_guardian_kills_nothing_while_its_pipe_is_open) {
  leader watched;
  owned_guardian g;
  g.get().watch(1, watched.pid, watched.started);
  BOOST_TEST(is_ready(g.get().pid()));
  BOOST_TEST(::waitpid(watched.pid, nullptr, WNOHANG) == 0);
}

BOOST_AUTO_TEST_CASE(the_signals_that_end_a_node_do_not_end_its_guardian) {
  leader watched;
  {
    owned_guardian g;
    g.get().watch(1, watched.pid, watched.started);
    BOOST_REQUIRE(is_ready(g.get().pid()));
    for (auto sig : {SIGTERM, SIGINT, SIGHUP})
      ::kill(g.get().pid(), sig);
    // Nor does it stand in the node's session, whose terminal may hang up.
    BOOST_TEST(::getsid(g.get().pid()) == g.get().pid());
  }
  BOOST_TEST(ends_within(watched.pid, patience));
}

BOOST_AUTO_TEST_CASE(a_group_that_was_told_twice_is_forgotten_at_once) {
  leader watched;
  {
    owned_guardian g;
    g.get().watch(1, watched.pid, watched.started);
    g.get().watch(1, watched.pid, watched.started);
    g.get().forget(1);
  }
  BOOST_TEST(::waitpid(watched.pid, nullptr, WNOHANG) == 0);
}

BOOST_AUTO_TEST_CASE(another_process_that_has_the_number_of_a_group_is_left_alone) {
  leader other;
  {
    owned_guardian g;
    g.get().watch(1, other.pid, other.started + 1);
  }
  BOOST_TEST(::waitpid(other.pid, nullptr, WNOHANG) == 0);
}

BOOST_AUTO_TEST_CASE(a_node_that_is_killed_leaves_neither_child_nor_grandchild) {
  for (std::string script : {
           "sleep 60 & echo $!; wait",
           // A group of its own, as a job of a shell.
           "set -m; sleep 60 & echo $!; wait",
           "setsid sh -c 'echo $$; exec sleep 60' & wait",
           // Its parent is gone already, and so is the group.
           "(setsid sh -c 'echo $$; exec sleep 60' &); exec sleep 60",
           // It has no mark, but the group.
           "env -i sh -c 'echo $$; exec sleep 60' & wait",
       }) {
    BOOST_TEST_CONTEXT(script)
    check_killed_node(script);
  }
}

BOOST_AUTO_TEST_CASE(a_guardian_that_was_killed_is_replaced_by_one_that_knows_as_much) {
  leader watched;
  leader forgotten;
  std::promise<std::string> said;
  {
    owned_guardian g;
    g.get().report_to([&](const std::string& text) { said.set_value(text); });
    g.get().watch(1, watched.pid, watched.started);
    g.get().watch(2, forgotten.pid, forgotten.started);
    auto first = g.get().pid();
    ::kill(first, SIGKILL);
    auto text = get(said.get_future());
    BOOST_TEST(text.find(std::to_string(first)) != std::string::npos, text);
    BOOST_TEST(text.find("SIGKILL") != std::string::npos, text);
    g.get().forget(2);
    BOOST_TEST(await_other(g.get(), first));
    BOOST_TEST(::waitpid(watched.pid, nullptr, WNOHANG) == 0);
  }
  BOOST_TEST(ends_within(watched.pid, patience));
  BOOST_TEST(::waitpid(forgotten.pid, nullptr, WNOHANG) == 0);
}

BOOST_AUTO_TEST_CASE(
    a_guardian_that_is_stopped_goes_on_or_is_replaced_and_holds_up_nobody) {
  leader watched;
  {
    owned_guardian g{guardian_times{10ms, 3s, 10ms}};
    BOOST_REQUIRE(is_ready(g.get().pid()));
    g.get().watch(1, watched.pid, watched.started);
    auto first = g.get().pid();
    ::kill(first, SIGSTOP);
    // Far more than any pipe or socket holds.
    auto told = std::async(std::launch::async, [&] {
      for (uint64_t i = 2; i < 50'000; ++i) {
        g.get().watch(i, watched.pid, watched.started);
        g.get().forget(i);
      }
    });
    auto in_time = told.wait_for(patience) == std::future_status::ready;
    BOOST_TEST(in_time);
    if (!in_time)
      ::kill(first, SIGCONT);
    BOOST_TEST(is_at_work(g.get()));
  }
  BOOST_TEST(ends_within(watched.pid, patience));
}

BOOST_AUTO_TEST_CASE(a_guardian_that_has_nothing_to_do_is_missed_too) {
  owned_guardian g{guardian_times{10ms, 3s, 10ms}};
  auto first = g.get().pid();
  BOOST_REQUIRE(is_ready(first));
  ::kill(first, SIGSTOP);
  BOOST_TEST(is_at_work(g.get()));
}

BOOST_AUTO_TEST_CASE(the_end_of_a_spawner_is_the_end_of_its_children) {
  require_single_thread();
  owned_guardian g;
  std::promise<spawn_result> started;
  auto s = std::make_unique<spawner>(g.get());
  s->spawn(shell("exec sleep 60"),
           [&](spawn_result r) { started.set_value(std::move(r)); });
  auto p = get(started.get_future());
  BOOST_REQUIRE(p.has_value());
  BOOST_TEST(s->alive() == 1u);
  // The kernel's death signal, which the guardian cannot have sent yet.
  s.reset();
  BOOST_TEST(ends_within(p->pid, patience));
  reap(p->pid);
}

BOOST_AUTO_TEST_SUITE_END()
