#include "tests/actors/os/support_process.hpp"

#include <csignal>

using namespace troupe;
using namespace troupe::os;
using namespace troupe::testing;

namespace terminals {

spawn_spec on_terminal(const std::string& script, window_size size = {}) {
  auto spec = shell(script);
  spec.terminal = size;
  return spec;
}

bool shows(owned_child& c, const std::string& text) {
  return c.waits_until(
      [&](const story& s) { return s.output.find(text) != std::string::npos; });
}

/// Returns the number after `mark` in what the child wrote.
pid_t number_after(owned_child& c, const std::string& mark) {
  BOOST_REQUIRE(shows(c, mark));
  BOOST_REQUIRE(c.waits_until([&](const story& s) {
    return s.output.find('\n', s.output.find(mark)) != std::string::npos;
  }));
  return static_cast<pid_t>(
      std::stol(c.told->output.substr(c.told->output.find(mark) + mark.size())));
}

} // namespace terminals

BOOST_FIXTURE_TEST_SUITE(terminals, process_fixture)

BOOST_AUTO_TEST_CASE(all_three_streams_are_the_terminal_and_it_controls_the_session) {
  auto& c = launch(on_terminal(
      "test -t 0 && test -t 1 && test -t 2 && echo all; echo err >&2; : > /dev/tty && "
      "echo controls; test $(cut -d' ' -f6 /proc/$$/stat) = $$ && echo leads; ls "
      "/proc/$$/fd"));
  auto out = c.all_output();
  BOOST_TEST(out.starts_with("all\r\nerr\r\ncontrols\r\nleads\r\n"), out);
  BOOST_TEST(out.find("\n3") == std::string::npos, out);
}

BOOST_AUTO_TEST_CASE(it_has_the_size_it_was_given_and_is_told_of_another) {
  auto& c = launch(on_terminal("trap 'stty size; exit 7' WINCH; stty size; "
                               "while :; do sleep 0.05; done",
                               {30, 100}));
  BOOST_TEST(shows(c, "30 100"));
  c.with([](child& x) {
    x.resize(40, 132);
    return true;
  });
  BOOST_TEST((c.end() == exit_status{exited{7}}));
  BOOST_TEST(c.told->output.find("40 132") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(what_is_typed_arrives_and_comes_back) {
  auto& c = launch(on_terminal("read line; echo got $line"));
  c.write("hello\n");
  auto out = c.all_output();
  BOOST_TEST(out.find("hello\r\n") != std::string::npos);
  BOOST_TEST(out.find("got hello") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(jobs_in_groups_of_their_own_end_with_the_session) {
  auto& c = launch(on_terminal("set -m; sleep 60 & echo job=$!; kill -9 $$"));
  auto job = number_after(c, "job=");
  c.end();
  BOOST_TEST(ends_within(job, patience));
}

BOOST_AUTO_TEST_CASE(everything_written_before_the_end_arrives) {
  auto& c = launch(on_terminal("seq 20000; exec true"));
  auto out = c.all_output();
  BOOST_TEST(out.ends_with("19999\r\n20000\r\n"));
}

BOOST_AUTO_TEST_CASE(a_program_that_cannot_run_says_so) {
  auto spec = on_terminal("");
  spec.argv = {"/no/such/program"};
  auto& c = launch(std::move(spec));
  BOOST_TEST(c.waits_until([](const story& s) { return s.failure.what != code::none; }));
  BOOST_TEST(c.told->failure.message.find("/no/such/program") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()
