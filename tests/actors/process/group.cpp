#include "tests/actors/process/support_process.hpp"

#include <csignal>

using namespace troupe;
using namespace troupe::testing;

namespace {

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

} // namespace

BOOST_FIXTURE_TEST_SUITE(process_groups, process_fixture)

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

BOOST_AUTO_TEST_CASE(an_orphan_is_reaped_once_it_has_ended) {
  // It leaves the group, so it outlives the child.
  auto& c = launch("setsid sh -c 'echo $$; exec sleep 0.3' & read line");
  auto orphan = pid_from(c);
  c.write("end\n");
  c.end();
  BOOST_TEST(exists(orphan));
  BOOST_TEST(ends_within(orphan, patience));
  BOOST_TEST(exists(orphan)); // a zombie, of which this process is the parent now
  processes.reap_orphans();
  BOOST_TEST(!exists(orphan));
}

BOOST_AUTO_TEST_CASE(the_end_of_a_child_reaps_the_orphans_that_ended_before) {
  auto& c = launch("setsid sh -c 'echo $$; exec sleep 0.3' & read line");
  auto orphan = pid_from(c);
  c.write("end\n");
  c.end();
  BOOST_TEST(ends_within(orphan, patience));
  launch("exit 0").end();
  BOOST_TEST(!exists(orphan));
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
