#include "tests/actors/os/support_process.hpp"

#include <fcntl.h>
#include <sys/resource.h>

#include <csignal>
#include <fstream>
#include <set>
#include <sstream>

using namespace troupe;
using namespace troupe::loop;
using namespace troupe::os;
using namespace troupe::testing;

namespace births {

/// Returns the value of a line of /proc/self/status.
std::string own_status(const std::string& key) {
  std::ifstream in{"/proc/self/status"};
  for (std::string line; std::getline(in, line);)
    if (line.starts_with(key + ":\t"))
      return line.substr(key.size() + 2);
  return {};
}

/// A program that shows such a line of its own; a shell would change what it shows.
spawn_spec show_status(const std::string& key) {
  auto spec = shell("");
  spec.argv = {"grep", key, "/proc/self/status"};
  return spec;
}

/// Changes the soft limit on open files for as long as it lives.
struct open_files {
  explicit open_files(rlim_t soft) {
    ::getrlimit(RLIMIT_NOFILE, &before);
    rlimit now{soft, before.rlim_max};
    BOOST_REQUIRE(::setrlimit(RLIMIT_NOFILE, &now) == 0);
  }
  ~open_files() { ::setrlimit(RLIMIT_NOFILE, &before); }
  open_files(const open_files&) = delete;
  open_files& operator=(const open_files&) = delete;

  rlimit before{};
};

struct fixture : process_fixture {
  std::string output_of(spawn_spec spec) { return launch(std::move(spec)).all_output(); }
  using process_fixture::output_of;
};

} // namespace births

BOOST_FIXTURE_TEST_SUITE(births, fixture)

BOOST_AUTO_TEST_CASE(a_child_has_three_descriptors_and_none_of_the_nodes) {
  // Not even those that somebody forgot to mark.
  unique_fd low{::fcntl(1, F_DUPFD, 20)};
  unique_fd high{::fcntl(1, F_DUPFD, 500)};
  BOOST_REQUIRE(low);
  BOOST_REQUIRE(high);
  BOOST_TEST(output_of("ls /proc/$$/fd; :") == "0\n1\n2\n");
}

BOOST_AUTO_TEST_CASE(its_descriptors_are_three_different_pipes) {
  std::istringstream out{output_of("readlink /proc/$$/fd/0 /proc/$$/fd/1 /proc/$$/fd/2")};
  std::set<std::string> names;
  for (std::string name; std::getline(out, name);) {
    BOOST_TEST(name.starts_with("pipe:"));
    names.insert(name);
  }
  BOOST_TEST(names.size() == 3u);
}

BOOST_AUTO_TEST_CASE(a_node_without_stdin_starts_children_all_the_same) {
  // The lowest free number is 0 then: a pipe's end would get it.
  unique_fd saved{::fcntl(0, F_DUPFD_CLOEXEC, 100)};
  ::close(0);
  auto& c = launch("read line; echo $line; echo err >&2");
  c.write("hello\n");
  c.end();
  if (saved)
    ::dup2(saved.get(), 0);
  BOOST_TEST(c.told->output == "hello\n");
  BOOST_TEST(c.told->errors == "err\n");
}

BOOST_AUTO_TEST_CASE(a_child_blocks_no_signals_whatever_the_node_blocks) {
  sigset_t some;
  sigset_t before;
  ::sigemptyset(&some);
  ::sigaddset(&some, SIGTERM);
  ::sigaddset(&some, SIGUSR1);
  ::pthread_sigmask(SIG_BLOCK, &some, &before);
  {
    // Its thread inherits the mask.
    spawner masked{guard.get()};
    owned_child c{home, make_process_launcher(home.home, masked), show_status("SigBlk")};
    BOOST_TEST(c.all_output() == "SigBlk:\t0000000000000000\n");
  }
  BOOST_TEST(own_status("SigBlk") != "0000000000000000");
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

BOOST_AUTO_TEST_CASE(a_child_ignores_no_signals_whatever_the_node_ignores) {
  auto pipe_before = ::signal(SIGPIPE, SIG_IGN);
  auto hangup_before = ::signal(SIGHUP, SIG_IGN);
  auto rt_before = ::signal(SIGRTMAX, SIG_IGN);
  BOOST_TEST(output_of(show_status("SigIgn")) == "SigIgn:\t0000000000000000\n");
  // And the node goes on ignoring them.
  BOOST_TEST((::signal(SIGPIPE, pipe_before) == SIG_IGN));
  BOOST_TEST((::signal(SIGHUP, hangup_before) == SIG_IGN));
  BOOST_TEST((::signal(SIGRTMAX, rt_before) == SIG_IGN));
}

BOOST_AUTO_TEST_CASE(a_child_leads_its_own_process_group) {
  auto& c = launch("cut -d' ' -f5 /proc/$$/stat");
  BOOST_TEST(c.all_output() == std::to_string(c.pid()) + "\n");
}

BOOST_AUTO_TEST_CASE(a_child_leads_its_own_session_without_a_terminal) {
  auto& c =
      launch("cut -d' ' -f6,7 /proc/$$/stat; exec 2>&-; (: </dev/tty) || echo none");
  BOOST_TEST(c.all_output() == std::to_string(c.pid()) + " 0\nnone\n");
}

BOOST_AUTO_TEST_CASE(a_child_has_the_given_environment_a_mark_and_nothing_else) {
  auto spec = shell("");
  spec.argv = {"env"};
  spec.env = {"A=1", "B=two words", "TROUPE_WORKER_MARK=forged"};
  BOOST_TEST(output_of(spec)
             == "A=1\nB=two words\nTROUPE_WORKER_MARK=" + guard.get().node() + ".1\n");
}

BOOST_AUTO_TEST_CASE(a_child_starts_in_the_given_directory) {
  auto spec = shell("pwd -P");
  spec.cwd = "/usr";
  BOOST_TEST(output_of(spec) == "/usr\n");
}

BOOST_AUTO_TEST_CASE(arguments_arrive_as_they_are) {
  auto spec = shell("");
  spec.argv = {"printf", "%s|", "two words", "", "*", "$HOME", "'\""};
  BOOST_TEST(output_of(spec) == "two words||*|$HOME|'\"|");
}

BOOST_AUTO_TEST_CASE(limits_hold_in_the_child_hard_and_soft) {
  auto spec = shell("for o in -n -v -t; do ulimit -S $o; ulimit -H $o; done");
  spec.limits = {{RLIMIT_NOFILE, 77}, {RLIMIT_AS, 512 * 1024 * 1024}, {RLIMIT_CPU, 30}};
  // `ulimit -v` counts in KiB.
  BOOST_TEST(output_of(spec) == "77\n77\n524288\n524288\n30\n30\n");
}

BOOST_AUTO_TEST_CASE(a_limit_is_of_one_child_and_not_of_the_next) {
  auto limited = shell("ulimit -n");
  limited.limits = {{RLIMIT_NOFILE, 77}};
  auto before = output_of("ulimit -n");
  BOOST_TEST(output_of(limited) == "77\n");
  BOOST_TEST(output_of("ulimit -n") == before);
}

BOOST_AUTO_TEST_CASE(children_do_not_inherit_what_the_node_raised_for_itself) {
  std::optional<open_files> low{512};
  spawner early{guard.get()};
  low.reset();
  owned_child c{home, make_process_launcher(home.home, early), shell("ulimit -n")};
  BOOST_TEST(c.all_output() == "512\n");
}

BOOST_AUTO_TEST_CASE(a_limit_that_cannot_be_set_keeps_the_child_from_starting) {
  auto spec = shell("echo ran");
  spec.limits = {{RLIMIT_NOFILE, uint64_t{1} << 40}}; // more than the kernel has
  auto& c = launch(spec);
  BOOST_TEST(c.told->failure.message
             == "cannot start '/bin/sh': setrlimit: Operation not permitted");
}

BOOST_AUTO_TEST_CASE(a_child_cannot_gain_privileges_unless_it_may) {
  BOOST_TEST(output_of(show_status("NoNewPrivs")) == "NoNewPrivs:\t1\n");
  auto may = show_status("NoNewPrivs");
  may.may_gain_privileges = true;
  // As the tests themselves run: perhaps they may not either.
  BOOST_TEST(output_of(may) == "NoNewPrivs:\t" + own_status("NoNewPrivs") + "\n");
}

BOOST_AUTO_TEST_CASE(a_child_runs_as_another_user_where_that_is_allowed) {
  auto before = own_status("Uid") + own_status("Gid") + own_status("Groups");
  auto spec = shell("id -u; id -g; id -G");
  spec.as = run_as{65'534, 65'533, {100, 101}};
  auto& c = launch(spec);
  if (::geteuid() == 0)
    BOOST_TEST(c.all_output() == "65534\n65533\n65533 100 101\n");
  else
    BOOST_TEST(c.told->failure.message
               == "cannot start '/bin/sh': setuid: Operation not permitted");
  // The node stays who it is, and so does its next child.
  BOOST_TEST(own_status("Uid") + own_status("Gid") + own_status("Groups") == before);
  BOOST_TEST(output_of("id -u") == std::to_string(::geteuid()) + "\n");
}

BOOST_AUTO_TEST_CASE(a_child_of_another_user_may_open_its_stdout_again) {
  if (::geteuid() != 0)
    return;
  auto spec = shell("echo out > /dev/stdout; echo err > /dev/stderr; cat < /dev/stdin");
  spec.as = run_as{65'534, 65'533, {}};
  auto& c = launch(spec);
  c.write("in\n");
  c.close_input();
  BOOST_TEST(c.all_output() == "out\nin\n");
  BOOST_TEST(c.told->errors == "err\n");
}

BOOST_AUTO_TEST_CASE(a_child_of_another_user_is_killed_like_any_other) {
  if (::geteuid() != 0)
    return; // the test above has the error
  auto spec = shell("echo up; exec sleep 60");
  spec.as = run_as{65'534, 65'533, {}};
  auto& c = launch(spec);
  BOOST_TEST(c.waits_until([](const story& s) { return s.output == "up\n"; }));
  c.drop();
  BOOST_TEST((c.end() == exit_status{signalled{SIGKILL}}));
}

BOOST_AUTO_TEST_SUITE_END()
