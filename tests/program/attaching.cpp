// Drives `troupe attach` in a real terminal (tmux) and compares what a person would see.
#include "tests/program/harness/processes.hpp"
#include "tests/program/harness/terminal_window.hpp"
#include "tests/program/harness/terminals.hpp"

#include <boost/test/unit_test.hpp>

#include <csignal>

using namespace program;

namespace attaching {

std::string dump(const node_process& node) {
  return run({TROUPE_BINARY, "dump", "shell", "--node", node.socket()}).second;
}

} // namespace attaching

BOOST_AUTO_TEST_SUITE(attaching)

BOOST_AUTO_TEST_CASE(a_person_sees_types_resizes_and_detaches) {
  node_process node{shell_pool};
  node.worker_pid("shell.0");
  terminal_window window;
  BOOST_REQUIRE(window.shows("outer$"));
  window.attach(node);
  BOOST_TEST(eventually([&] { return window.screen().starts_with(">"); }));
  window.type("echo $((40+2)); stty size");
  window.press("Enter");
  BOOST_TEST(window.shows("\n42\n20 70\n"));
  BOOST_TEST(eventually([&] { return dump(node) == window.screen(); }));
  window.tmux({"resize-window", "-x", "60", "-y", "15"});
  window.type("clear; stty size");
  window.press("Enter");
  BOOST_TEST(window.shows("15 60"));
  window.press("C-]");
  window.press("d");
  BOOST_TEST(window.shows("status=0"));
  BOOST_TEST(window.shows("detached"));
  window.type("echo back$((1))again");
  window.press("Enter");
  BOOST_TEST(window.shows("back1again")); // its own terminal echoes as before
  BOOST_TEST(dump(node).find("15 60") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(several_watch_and_one_drives) {
  node_process node{shell_pool};
  node.worker_pid("shell.0");
  terminal_window driver;
  terminal_window viewer;
  terminal_window rival;
  driver.attach(node);
  BOOST_TEST(eventually([&] { return driver.screen().starts_with(">"); }));
  viewer.attach(node, "--view");
  BOOST_TEST(eventually([&] { return viewer.screen().starts_with(">"); }));
  driver.type("echo to be seen");
  driver.press("Enter");
  BOOST_TEST(viewer.shows("\nto be seen\n"));
  viewer.type("never typed");
  rival.attach(node);
  BOOST_TEST(rival.shows("Take over? [y/N]"));
  rival.type("y");
  rival.press("Enter");
  BOOST_TEST(eventually([&] { return rival.screen().starts_with("> echo"); }));
  rival.type("echo from the rival");
  rival.press("Enter");
  BOOST_TEST(driver.shows("\nfrom the rival\n"));
  driver.type("echo too late");
  driver.press("Enter");
  rival.type("echo done");
  rival.press("Enter");
  BOOST_TEST(driver.shows("\ndone\n"));
  BOOST_TEST(driver.screen().find("too late") == std::string::npos);
  BOOST_TEST(viewer.screen().find("never typed") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(how_to_leave_is_shown_and_goes_by_itself) {
  node_process node{shell_pool};
  node.worker_pid("shell.0");
  terminal_window window;
  window.attach(node);
  BOOST_TEST(window.shows("ctrl-] d leaves"));
  BOOST_TEST(eventually(
      [&] { return window.screen().find("ctrl-] d leaves") == std::string::npos; }));
}

BOOST_AUTO_TEST_CASE(whoever_watches_takes_over) {
  node_process node{shell_pool};
  node.worker_pid("shell.0");
  terminal_window driver;
  terminal_window viewer;
  driver.attach(node);
  BOOST_TEST(eventually([&] { return driver.screen().starts_with(">"); }));
  viewer.attach(node, "--view");
  BOOST_TEST(viewer.shows("ctrl-] t takes over"));
  viewer.press("C-]");
  viewer.press("t");
  BOOST_TEST(viewer.shows("you drive"));
  BOOST_TEST(driver.shows("somebody else has taken over"));
  viewer.type("echo from the viewer");
  viewer.press("Enter");
  BOOST_TEST(driver.shows("\nfrom the viewer\n"));
}

BOOST_AUTO_TEST_CASE(modes_and_titles_pass_and_are_put_back) {
  node_process node{shell_pool};
  auto http = node.http();
  node.worker_pid("shell.0");
  BOOST_REQUIRE(shows(http, "shell", ">"));
  terminal_window window;
  window.type("printf '\\033]2;outer\\007'");
  window.press("Enter");
  BOOST_TEST(eventually([&] { return window.value("pane_title") == "outer\n"; }));
  window.attach(node);
  BOOST_TEST(eventually([&] { return window.screen().starts_with(">"); }));
  auto flags = [&] {
    return window.value("mouse_standard_flag}#{mouse_button_flag}#{mouse_all_flag}"
                        "#{mouse_sgr_flag");
  };
  for (auto [mode, expected] : {std::pair{"1000", "1001\n"}, std::pair{"1002", "0101\n"},
                                std::pair{"1003", "0011\n"}}) {
    http.post("/api/input/shell", R"({"data":"printf '\\033]2;inner\\007\\033[?)"
                                      + std::string{mode} + R"(;1006h'\r"})");
    BOOST_TEST(eventually([&] { return flags() == expected; }), mode);
  }
  BOOST_TEST(eventually([&] { return window.value("pane_title") == "inner\n"; }));
  window.press("C-]");
  window.press("d");
  BOOST_TEST(window.shows("status=0"));
  BOOST_TEST(flags() == "0000\n");
  BOOST_TEST(window.value("pane_title") == "outer\n");
}

BOOST_AUTO_TEST_CASE(the_terminal_is_given_back_when_the_node_is_killed) {
  node_process node{shell_pool};
  node.worker_pid("shell.0");
  terminal_window window;
  window.attach(node);
  BOOST_TEST(eventually([&] { return window.screen().starts_with(">"); }));
  node.kill();
  BOOST_TEST(window.shows("status=1"));
  window.type("echo back$((1))again");
  window.press("Enter");
  BOOST_TEST(window.shows("back1again"));
}

BOOST_AUTO_TEST_CASE(it_works_over_http_too) {
  node_process node{shell_pool};
  node.worker_pid("shell.0");
  terminal_window window;
  window.type("export TROUPE_API_KEY=" + node.key());
  window.press("Enter");
  window.attach_to("shell", node.url());
  BOOST_TEST(eventually([&] { return window.screen().starts_with(">"); }));
  window.type("echo $((40+2)); stty size");
  window.press("Enter");
  BOOST_TEST(window.shows("\n42\n20 70\n"));
  window.press("C-]");
  window.press("d");
  BOOST_TEST(window.shows("status=0"));
}

BOOST_AUTO_TEST_CASE(what_could_not_be_typed_is_told) {
  node_process node{puppets("echo")};
  auto http = node.http();
  auto pid = static_cast<pid_t>(
      spawn(http, "raw", "stty raw -echo; echo begin; exec cat").body.number("pid"));
  BOOST_REQUIRE(shows(http, "raw", "begin"));
  ::kill(pid, SIGSTOP);
  BOOST_REQUIRE(eventually([&] { return process_status(pid, "State")[0] == 'T'; }));
  // What its terminal holds, and more.
  auto filler = node.http();
  filler.send_request("POST", "/api/input/raw",
                      "{\"data\":\"" + std::string(100'000, 'x') + "\"}");
  terminal_window window;
  window.attach_to("raw", node.socket());
  BOOST_REQUIRE(window.shows("begin"));
  window.type("y");
  BOOST_TEST(window.shows("what you typed last is lost"));
  ::kill(pid, SIGCONT);
  BOOST_TEST(filler.read_response().status == 200);
  window.type("z");
  BOOST_TEST(window.shows("xz"));
  BOOST_TEST(window.screen().find("lost") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_program_that_is_replaced_is_told) {
  node_process node{shell_pool};
  node.worker_pid("shell.0");
  terminal_window window;
  window.attach(node);
  BOOST_TEST(eventually([&] { return window.screen().starts_with(">"); }));
  window.type("echo the old one; x=old");
  window.press("Enter");
  BOOST_TEST(window.shows("\nthe old one"));
  node.operation("restart", R"({"name":"shell"})");
  BOOST_TEST(window.shows("this is a new one"));
  window.type("echo ${x-new}; stty size");
  window.press("Enter");
  BOOST_TEST(window.shows("\nnew\n20 70\n"));
  window.press("C-]");
  window.press("d");
  BOOST_TEST(window.shows("status=0"));
}

BOOST_AUTO_TEST_CASE(without_a_terminal_it_says_so) {
  node_process node{shell_pool};
  auto [status, text] = run({"sh", "-c",
                             std::string{TROUPE_BINARY} + " attach shell --node "
                                 + node.socket() + " < /dev/null"});
  BOOST_TEST(status == 2);
  BOOST_TEST(text.find("troupe dump") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()
