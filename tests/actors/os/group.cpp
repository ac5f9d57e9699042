#include "actors/os/process_table.hpp"
#include "tests/actors/os/support_process.hpp"

#include <csignal>
#include <thread>

using namespace troupe;
using namespace troupe::os;
using namespace troupe::testing;

namespace process_groups {

/// Waits for the child to write a number and returns it.
pid_t pid_from(owned_child& c) {
  BOOST_REQUIRE(c.waits_until(
      [](const story& s) { return s.output.find('\n') != std::string::npos; }));
  return static_cast<pid_t>(std::stol(c.told->output));
}

/// Whether there is such a process, be it a zombie.
bool exists(pid_t pid) {
  return ::kill(pid, 0) == 0;
}

struct group_fixture : process_fixture {
  /// Waits until it is no zombie either; reaps as the program does on each SIGCHLD.
  bool is_reaped(pid_t pid) {
    auto until = steady_clock::now() + patience;
    while (exists(pid) && steady_clock::now() < until)
      processes.reap_orphans();
    return !exists(pid);
  }

  owned_child& launch_python(const std::string& script) {
    auto spec = shell("");
    spec.argv = {"python3", "-c", script};
    return launch(spec);
  }
};

} // namespace process_groups

BOOST_FIXTURE_TEST_SUITE(process_groups, group_fixture)

BOOST_AUTO_TEST_CASE(a_signal_goes_to_the_whole_group) {
  auto& c = launch("sleep 60 & echo $!; wait");
  auto grandchild = pid_from(c);
  c.with([](child& x) {
    x.signal(SIGKILL);
    return true;
  });
  BOOST_TEST(ends_within(grandchild, patience));
  BOOST_TEST((c.end() == exit_status{signalled{SIGKILL}}));
}

BOOST_AUTO_TEST_CASE(dropping_the_handle_takes_grandchildren_too) {
  auto& c = launch("sleep 60 & echo $!; wait");
  auto grandchild = pid_from(c);
  c.drop();
  BOOST_TEST(ends_within(grandchild, patience));
  c.end();
}

BOOST_AUTO_TEST_CASE(what_a_child_leaves_behind_in_its_group_goes_with_it) {
  auto& c = launch("sleep 60 & echo $!; exit 6");
  // The grandchild has the child's pipes, and the exit is told all the same.
  BOOST_TEST((c.end() == exit_status{exited{6}}));
  BOOST_TEST(ends_within(pid_from(c), patience));
}

BOOST_AUTO_TEST_CASE(a_child_that_ended_leaves_no_zombie) {
  auto& c = launch("exit 0");
  c.end();
  BOOST_TEST(!exists(c.pid()));
}

BOOST_AUTO_TEST_CASE(what_a_child_leaves_behind_elsewhere_goes_with_it) {
  for (std::string script : {
           // A session of its own.
           "setsid sh -c 'echo $$; exec sleep 60' & read line",
           // A group of its own, as a job of a shell.
           "set -m; sh -c 'echo $$; exec sleep 60' & read line",
           // Its parent has ended long before.
           "(setsid sh -c 'echo $$; exec sleep 60' &); read line",
           // It ends no other way, and has started more.
           "setsid sh -c 'trap \"\" TERM HUP; echo $$; setsid sleep 60' & read line",
           // It has no mark, but the group of the child.
           "env -i sh -c 'echo $$; exec sleep 60' & read line",
       }) {
    BOOST_TEST_CONTEXT(script) {
      auto& c = launch(script);
      auto orphan = pid_from(c);
      BOOST_TEST(exists(orphan));
      c.write("end\n");
      BOOST_TEST((c.end() == exit_status{exited{0}}));
      BOOST_TEST(ends_within(orphan, patience));
      BOOST_TEST(is_reaped(orphan));
    }
  }
}

BOOST_AUTO_TEST_CASE(an_orphan_of_a_living_child_is_left_alone_and_reaped_at_its_end) {
  auto& c = launch("(setsid sh -c 'echo $$; exec sleep 60' &); read line");
  auto orphan = pid_from(c);
  // Another one ends, and what that has started.
  auto& other = launch("setsid sh -c 'echo $$; exec sleep 60' & read line");
  auto others = pid_from(other);
  other.write("end\n");
  BOOST_TEST(ends_within(others, patience));
  BOOST_TEST(exists(orphan));
  auto entry = find_process(orphan);
  BOOST_REQUIRE(entry.has_value());
  BOOST_TEST(entry->parent == ::getpid()); // so that nobody else can reap it
  ::kill(orphan, SIGTERM);
  BOOST_TEST(ends_within(orphan, patience));
  BOOST_TEST(is_reaped(orphan));
}

BOOST_AUTO_TEST_CASE(a_hundred_children_that_end_at_once_leave_nothing) {
  std::vector<pid_t> orphans;
  for (int i = 0; i < 100; ++i)
    orphans.push_back(
        pid_from(launch("setsid sh -c 'echo $$; exec sleep 60' & read line")));
  for (auto& c : kids)
    c->write("end\n");
  for (auto pid : orphans)
    BOOST_TEST(ends_within(pid, patience));
}

BOOST_AUTO_TEST_CASE(a_child_cannot_leave_its_group_for_that_of_its_own_child) {
  // It leads a session.
  auto& c = launch_python(
      "import os, subprocess, time\n"
      "c = subprocess.Popen(['sleep', '60'], preexec_fn=lambda: os.setpgid(0, 0))\n"
      "try: os.setpgid(0, c.pid)\n"
      "except PermissionError: print(c.pid, flush=True)\n"
      "time.sleep(60)\n");
  auto grandchild = pid_from(c);
  BOOST_TEST(::getpgid(c.pid()) == c.pid());
  c.with([](child& x) {
    x.signal(SIGKILL);
    return true;
  });
  BOOST_TEST((c.end() == exit_status{signalled{SIGKILL}}));
  BOOST_TEST(ends_within(grandchild, patience));
}

BOOST_AUTO_TEST_CASE(a_signal_reaches_a_child_once) {
  auto& c =
      launch_python("import os, signal, subprocess, sys, time\n"
                    // Not `print`: that fails if the signal came while it prints.
                    "def told(*_): os.write(1, b'told\\n')\n"
                    "signal.signal(signal.SIGUSR1, told)\n"
                    "signal.signal(signal.SIGUSR2, lambda *_: sys.exit(3))\n"
                    "ignore = lambda: signal.signal(signal.SIGUSR1, signal.SIG_IGN)\n"
                    "c = subprocess.Popen(['sleep', '60'], preexec_fn=ignore)\n"
                    "print(c.pid, flush=True)\n"
                    // A signal right before a sleep is handled after it.
                    "while True: time.sleep(0.01)\n");
  pid_from(c);
  c.with([](child& x) {
    x.signal(SIGUSR1);
    return true;
  });
  BOOST_TEST(c.waits_until([](auto& s) { return s.output.ends_with("told\n"); }));
  // It handles the lower signal first, if that was sent twice.
  ::kill(c.pid(), SIGUSR2);
  BOOST_TEST((c.end() == exit_status{exited{3}}));
  auto first = c.told->output.find("told");
  BOOST_TEST(c.told->output.find("told", first + 1) == std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_child_that_is_given_up_is_reaped_when_it_ends) {
  auto& c = launch("exec sleep 60");
  auto pid = c.pid();
  c.with([this](child& x) {
    starter->give_up(x);
    return true;
  });
  BOOST_TEST(processes.alive() == 0u);
  c.drop();
  ::kill(pid, SIGKILL);
  BOOST_TEST(ends_within(pid, patience));
  processes.reap_orphans();
  BOOST_TEST(!exists(pid));
}

BOOST_AUTO_TEST_CASE(reaping_orphans_takes_no_childs_exit_status) {
  // While the loop is held up, ended children of ours wait to be reaped by it.
  for (int i = 0; i < 5; ++i)
    launch("read line; exit 7");
  std::promise<void> held;
  std::promise<void> go_on;
  home.home.post([&] {
    for (auto& c : kids)
      ::kill(c->pid(), SIGTERM);
    held.set_value();
    go_on.get_future().wait_for(patience);
  });
  get(held.get_future());
  for (auto& c : kids)
    BOOST_TEST(ends_within(c->pid(), patience));
  processes.reap_orphans();
  for (auto& c : kids)
    BOOST_TEST(exists(c->pid()));
  go_on.set_value();
  for (auto& c : kids)
    BOOST_TEST((c->end() == exit_status{signalled{SIGTERM}}));
}

BOOST_AUTO_TEST_SUITE_END()
