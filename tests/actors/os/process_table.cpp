// What /proc says about processes, and how they are ended.
#include "actors/os/process_table.hpp"

#include "tests/actors/os/support_process.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <fstream>

using namespace troupe;
using namespace troupe::os;
using namespace troupe::testing;

namespace process_table {

/// A child of the test that waits; killed and reaped at the end.
struct sleeper {
  pid_t pid;

  sleeper() {
    require_single_thread();
    pid = ::fork();
    BOOST_REQUIRE(pid >= 0);
    if (pid == 0)
      for (;;)
        ::pause();
  }
  ~sleeper() {
    ::kill(pid, SIGKILL);
    reap(pid);
  }
  sleeper(const sleeper&) = delete;
  sleeper& operator=(const sleeper&) = delete;
};

bool holds(const std::vector<process_entry>& those, pid_t pid) {
  return std::any_of(those.begin(), those.end(), [&](auto& p) { return p.pid == pid; });
}

} // namespace process_table

BOOST_AUTO_TEST_SUITE(process_table)

BOOST_AUTO_TEST_CASE(a_name_may_look_like_the_rest_of_the_line) {
  auto p =
      parse_stat(7, "7 (a) Z 1 1 1 (b)) S 5 6 4 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 1 0 "
                    "98765 11 12\n");
  BOOST_REQUIRE(p);
  BOOST_TEST((*p == process_entry{7, 5, 6, 4, 98765, false, 5 + 6 + 7 + 8, 12}));
  BOOST_TEST(parse_stat(7, "7 (a) Z 5 6 4 0 -1 0 1 2 3 4 5 6 7 8 20 0 1 0 9")->ended);
  auto in_kernel =
      parse_stat(2, "2 (kthreadd) S 0 0 0 0 -1 2129984 0 0 0 0 0 1 0 0 20 0 1 "
                    "0 3 0 0\n");
  BOOST_REQUIRE(in_kernel);
  BOOST_TEST((in_kernel->in_kernel && !p->in_kernel));
  for (auto cut :
       {"", "7 (a", "7 (a)", "7 (a) ", "7 (a) S 5 6 4 0 -1 0 1 2", "7 (a) S x"})
    BOOST_TEST(!parse_stat(7, cut), cut);
}

BOOST_AUTO_TEST_CASE(a_process_that_is_gone_is_nothing) {
  pid_t pid;
  {
    sleeper s;
    pid = s.pid;
    auto p = find_process(pid);
    BOOST_REQUIRE(p);
    BOOST_TEST(p->parent == ::getpid());
    BOOST_TEST(!p->ended);
    ::kill(pid, SIGKILL);
    BOOST_TEST(ends_within(pid, patience));
    BOOST_TEST(find_process(pid)->ended);
  }
  BOOST_TEST(!find_process(pid));
  BOOST_TEST(!initial_variable(pid, "PATH"));
}

BOOST_AUTO_TEST_CASE(children_are_found_with_and_without_the_help_of_the_kernel) {
  sleeper one;
  sleeper other;
  auto found = own_children();
  BOOST_TEST(holds(found, one.pid));
  BOOST_TEST(holds(found, other.pid));
  BOOST_TEST(!holds(found, ::getpid()));
  // A kernel that lists them; one of two threads has one each, and a stale one.
  temporary_folder proc;
  namespace fs = std::filesystem;
  fs::create_directories(proc.path / "self/task/1");
  fs::create_directories(proc.path / "self/task/2");
  fs::create_directory_symlink("self/task/1", proc.path / "thread-self");
  std::ofstream{proc.path / "self/task/1/children"} << one.pid << " 1 ";
  BOOST_TEST(own_children(proc.path).size() == 1u);
  std::ofstream{proc.path / "self/task/2/children"} << other.pid << ' ';
  auto listed = own_children(proc.path);
  BOOST_TEST(listed.size() == 2u);
  BOOST_TEST(holds(listed, one.pid));
  BOOST_TEST(holds(listed, other.pid));
}

BOOST_AUTO_TEST_CASE(variables_are_those_that_a_program_was_started_with) {
  BOOST_TEST((initial_variable(::getpid(), "PATH") == std::getenv("PATH")));
  BOOST_TEST(!initial_variable(::getpid(), "PAT"));
  BOOST_TEST(!initial_variable(::getpid(), "NO_SUCH_VARIABLE"));
}

BOOST_AUTO_TEST_CASE(what_is_started_while_others_are_killed_is_found_too) {
  sleeper first;
  pid_t second = -1;
  auto after_kill = [&] {
    if (second < 0 && (second = ::fork()) == 0)
      for (;;)
        ::pause();
  };
  auto is_prey = [&](const process_entry& p) {
    return p.pid == first.pid || p.pid == second;
  };
  BOOST_TEST(end_processes({[] { return own_children(); }, is_prey, after_kill, 5s}));
  BOOST_TEST(find_process(first.pid)->ended);
  BOOST_TEST(find_process(second)->ended);
  reap(second);
}

BOOST_AUTO_TEST_CASE(the_hunt_for_what_always_comes_back_has_an_end) {
  sleeper first;
  pid_t last = first.pid;
  auto after_kill = [&] {
    if (last != first.pid)
      reap(last);
    last = ::fork();
    if (last == 0)
      for (;;)
        ::pause();
  };
  auto is_prey = [&](const process_entry& p) { return p.pid == last; };
  BOOST_TEST(!end_processes({[] { return own_children(); }, is_prey, after_kill, 300ms}));
  ::kill(last, SIGKILL);
  reap(last);
}

BOOST_AUTO_TEST_SUITE_END()
