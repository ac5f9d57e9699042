// Drives `troupe top` in a real terminal (tmux): what its keys do to a node.
#include "tests/program/harness/processes.hpp"
#include "tests/program/harness/terminal_window.hpp"
#include "tests/program/harness/terminals.hpp"

#include <boost/test/unit_test.hpp>

#include <memory>

#include <csignal>

using namespace program;

namespace top {

void resize(const terminal_window& window, int columns, int rows) {
  window.tmux(
      {"resize-window", "-x", std::to_string(columns), "-y", std::to_string(rows)});
}

void start(const terminal_window& window, const node_process& node,
           const std::string& options = {}) {
  window.type(std::string{TROUPE_BINARY} + " top --interval 100ms --node " + node.socket()
              + " " + options + "; echo status=$?");
  window.press("Enter");
}

/// A window of 80x24 in which `troupe top` runs.
struct top_window : terminal_window {
  explicit top_window(const node_process& node, const std::string& options = {}) {
    resize(*this, 80, 24);
    start(*this, node, options);
  }
};

/// Whether the shell has its terminal as it was.
bool is_given_back(const terminal_window& window) {
  window.type("echo back$((1))again");
  window.press("Enter");
  return window.shows("back1again");
}

std::pair<int, std::string> once(const node_process& node, const std::string& options) {
  return run({"sh", "-c",
              std::string{TROUPE_BINARY} + " top --node " + node.socket() + " " + options
                  + " </dev/null"});
}

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

} // namespace top

BOOST_AUTO_TEST_SUITE(top)

BOOST_AUTO_TEST_CASE(each_digit_is_a_view_at_two_sizes) {
  node_process node{puppets("a", "size = 2\n") + shell_pool};
  node.worker_pid("a.0");
  node.worker_pid("shell.0");
  for (auto [columns, rows] : {std::pair{80, 24}, std::pair{200, 50}}) {
    terminal_window window;
    resize(window, columns, rows);
    start(window, node);
    BOOST_TEST(window.shows("CALLS/S"), window.screen());
    BOOST_TEST(window.shows("\na "), window.screen());
    window.press("2");
    BOOST_TEST(window.shows("a.1"), window.screen());
    window.press("4");
    BOOST_TEST(window.shows("shell.0"), window.screen());
    window.press("5");
    BOOST_TEST(window.shows("worker_ready"), window.screen());
    window.press("6");
    BOOST_TEST(window.shows("ROUND TRIP"), window.screen());
    window.press("?");
    BOOST_TEST(window.shows("attach to the terminal"), window.screen());
    window.press("Escape");
    BOOST_TEST(window.shows("ROUND TRIP"), window.screen());
    window.press("q");
    BOOST_TEST(window.shows("status=0"), window.screen());
    BOOST_TEST(is_given_back(window));
  }
}

BOOST_AUTO_TEST_CASE(a_worker_is_restarted_after_a_question) {
  node_process node{puppets("a")};
  auto before = node.worker_pid("a.0");
  top_window window{node, "workers"};
  BOOST_REQUIRE(window.shows("a.0"));
  window.press("R");
  BOOST_REQUIRE(window.shows("restart a.0? [y/N]"));
  window.press("n");
  BOOST_REQUIRE(window.shows("nothing is changed"));
  BOOST_TEST(node.worker_pid("a.0") == before);
  window.press("R");
  BOOST_REQUIRE(window.shows("restart a.0? [y/N]"));
  window.press("y");
  BOOST_TEST(window.shows("restart a.0: done"), window.screen());
  BOOST_TEST(node.worker_pid("a.0") != before);
}

BOOST_AUTO_TEST_CASE(a_pool_is_scaled_and_drained) {
  node_process node{puppets("a")};
  node.worker_pid("a.0");
  top_window window{node};
  BOOST_REQUIRE(window.shows("1/1"));
  window.press("S");
  BOOST_REQUIRE(window.shows("workers of a: _"));
  window.press("3");
  window.press("Enter");
  BOOST_REQUIRE(window.shows("scale a to 3? [y/N]"));
  window.press("y");
  BOOST_TEST(window.shows("3/3"), window.screen());
  window.press("D");
  window.press("y");
  BOOST_TEST(window.shows("drained"), window.screen());
}

BOOST_AUTO_TEST_CASE(an_order_that_waits_keeps_no_other_one_waiting) {
  node_process node{puppets("a") + puppets("b")};
  auto busy = node.worker_pid("a.0");
  node.worker_pid("b.0");
  auto client = node.connect();
  client.send_call("held", "a", "never");
  terminal_window window;
  resize(window, 120, 24);
  start(window, node, "workers");
  BOOST_REQUIRE(window.shows("never"));
  window.press("K");
  BOOST_REQUIRE(window.shows("stop a.0? [y/N]"));
  window.press("y");
  BOOST_TEST(window.shows("stop a.0 …"), window.screen());
  window.press("End");
  window.press("R");
  BOOST_REQUIRE(window.shows("restart b.0? [y/N]"));
  window.press("y");
  BOOST_TEST(window.shows("restart b.0: done; stop a.0 …"), window.screen());
  // The worker ends, and so does the order that has waited for it.
  ::kill(busy, SIGKILL);
  BOOST_TEST(window.shows("stop a.0: "), window.screen());
}

BOOST_AUTO_TEST_CASE(a_worker_is_stopped) {
  node_process node{puppets("a") + puppets("b")};
  node.worker_pid("a.0");
  node.worker_pid("b.0");
  top_window window{node, "workers"};
  BOOST_REQUIRE(window.shows("b.0"));
  window.press("K");
  BOOST_REQUIRE(window.shows("stop a.0? [y/N]"));
  window.press("y");
  BOOST_TEST(window.shows("stop a.0: done"), window.screen());
  BOOST_TEST(eventually(
      [&] { return node.http().get("/api/workers/a.0")["state"] == "stopped"; }));
}

BOOST_AUTO_TEST_CASE(rows_are_filtered_and_sorted_by_keys) {
  node_process node{puppets("a", "size = 2\n") + puppets("b")};
  node.worker_pid("a.0");
  node.worker_pid("a.1");
  node.worker_pid("b.0");
  top_window window{node, "workers"};
  BOOST_REQUIRE(window.shows("\nb.0"));
  window.press("/");
  BOOST_TEST(window.shows("filter: _"), window.screen());
  window.type("A.1");
  window.press("Enter");
  BOOST_TEST(eventually([&] {
               auto screen = window.screen();
               return contains(screen, "\na.1") && !contains(screen, "\na.0");
             }),
             window.screen());
  window.press("Escape");
  BOOST_TEST(window.shows("\nb.0"), window.screen());
  window.press(">");
  BOOST_TEST(window.shows("sorted by WORKER"), window.screen());
  window.press("o");
  BOOST_TEST(window.shows("sorted by WORKER, reversed"), window.screen());
  auto screen = window.screen();
  BOOST_TEST(screen.find("\nb.0") < screen.find("\na.0"), screen);
  window.press("<");
  BOOST_TEST(eventually([&] { return !contains(window.screen(), "sorted by"); }));
  window.press("End");
  window.press("i");
  BOOST_TEST(window.shows("> facts b.0"), window.screen());
}

BOOST_AUTO_TEST_CASE(it_moves_through_rows_and_their_place_is_told) {
  node_process node{puppets("a", "size = 12\n")};
  for (int i = 0; i < 12; ++i)
    node.worker_pid("a." + std::to_string(i));
  terminal_window window;
  resize(window, 200, 10); // with room for every column
  start(window, node, "workers");
  BOOST_TEST(window.shows("1-6 of 12"), window.screen());
  window.press("NPage");
  window.press("Down");
  window.press("Up");
  BOOST_TEST(window.shows("7-12 of 12"), window.screen());
  window.press("PPage");
  BOOST_TEST(window.shows("1-6 of 12"), window.screen());
  window.press("End");
  BOOST_TEST(window.shows("7-12 of 12"), window.screen());
  window.press("Home");
  BOOST_TEST(window.shows("1-6 of 12"), window.screen());
}

BOOST_AUTO_TEST_CASE(it_pauses_and_goes_on) {
  node_process node{puppets("a")};
  auto before = node.worker_pid("a.0");
  top_window window{node, "workers"};
  BOOST_REQUIRE(window.shows("a.0"));
  window.press("p");
  BOOST_REQUIRE(window.shows("paused"));
  ::kill(before, SIGKILL);
  BOOST_REQUIRE(eventually([&] { return node.worker_pid("a.0") != before; }));
  BOOST_TEST(!contains(window.screen(), "SIGKILL"), window.screen());
  window.press("p");
  BOOST_TEST(window.shows("signal (SIGKILL)"), window.screen());
}

BOOST_AUTO_TEST_CASE(a_log_is_read_and_a_pool_says_why_it_is_so) {
  node_process node{pool_of("dies", {"sh", "-c", "echo 'no module torch' >&2; exit 3"})};
  top_window window{node};
  BOOST_TEST(window.shows("exited with code 3"), window.screen());
  window.press("Enter");
  BOOST_TEST(window.shows("module torch"), window.screen()); // wrapped
  window.press("l");
  BOOST_TEST(window.shows("> log"), window.screen());
  BOOST_TEST(window.shows("\nno module torch"), window.screen());
}

BOOST_AUTO_TEST_CASE(a_call_is_cancelled) {
  node_process node{puppets("a")};
  node.worker_pid("a.0");
  auto client = node.connect();
  client.send_call("held", "a", "never");
  client.send_call("waits", "a", "never");
  top_window window{node, "calls --sort state"};
  BOOST_REQUIRE(window.shows("waiting"));
  window.press("End");
  window.press("X");
  BOOST_REQUIRE(window.shows("cancel call"));
  window.press("y");
  BOOST_TEST(client.receive("waits")["error.code"] == "cancelled");
}

BOOST_AUTO_TEST_CASE(a_terminal_is_attached_to_and_left_again) {
  node_process node{shell_pool};
  node.worker_pid("shell.0");
  top_window window{node, "terminals"};
  BOOST_REQUIRE(window.shows("shell.0"));
  window.press("a");
  BOOST_REQUIRE(eventually([&] { return window.screen().starts_with(">"); }));
  window.type("echo $((40+2))");
  window.press("Enter");
  BOOST_TEST(window.shows("\n42\n"));
  window.press("C-]");
  window.press("d");
  BOOST_TEST(window.shows("[4 terminals]"), window.screen());
  BOOST_TEST(window.shows("detached"), window.screen());
  window.press("q");
  BOOST_TEST(window.shows("status=0"));
  BOOST_TEST(is_given_back(window));
}

BOOST_AUTO_TEST_CASE(read_only_it_never_types_on_a_terminal) {
  node_process node{shell_pool};
  node.worker_pid("shell.0");
  top_window window{node, "terminals --read-only"};
  BOOST_REQUIRE(window.shows("shell.0"));
  window.press("a");
  BOOST_REQUIRE(window.shows("you watch; ctrl-] d leaves"));
  window.press("C-]");
  window.press("t"); // would take over
  window.type("x");
  BOOST_TEST(window.shows("nothing is typed; ctrl-] d leaves"), window.screen());
  window.press("C-]");
  window.press("d");
  BOOST_TEST(window.shows("[4 terminals]"), window.screen());
  BOOST_TEST(
      node.http().get("/metrics").body.text.find("troupe_terminal_input_bytes_total 0\n")
      != std::string::npos);
}

BOOST_AUTO_TEST_CASE(it_follows_every_size) {
  node_process node{puppets("a")};
  node.worker_pid("a.0");
  terminal_window window;
  start(window, node, "workers");
  BOOST_REQUIRE(window.shows("a.0"));
  for (auto [columns, rows] : {std::pair{20, 5}, std::pair{2, 2}, std::pair{200, 50}}) {
    resize(window, columns, rows);
    BOOST_TEST(window.shows("a"));
  }
  BOOST_TEST(window.shows("LAST EXIT"), window.screen());
  window.press("q");
  BOOST_TEST(window.shows("status=0"), window.screen());
}

BOOST_AUTO_TEST_CASE(a_node_that_is_gone_is_told_and_found_again) {
  temporary_folder state;
  node_options options;
  options.state_dir = state.path();
  options.may_die = true;
  auto node = std::make_unique<node_process>(puppets("a"), options);
  terminal_window window;
  resize(window, 80, 24);
  start(window, *node, "workers");
  BOOST_REQUIRE(window.shows("a.0"));
  node->kill();
  BOOST_TEST(window.shows("the node is gone"), window.screen());
  node = std::make_unique<node_process>(puppets("other"), options);
  BOOST_TEST(window.shows("other.0"), window.screen());
}

BOOST_AUTO_TEST_CASE(a_signal_gives_the_terminal_back) {
  node_process node{puppets("a")};
  terminal_window window;
  resize(window, 80, 24);
  window.type("(sh -c 'sleep 1; kill -TERM $PPID' & exec " + std::string{TROUPE_BINARY}
              + " top --node " + node.socket() + "); echo status=$?");
  window.press("Enter");
  BOOST_TEST(window.shows("status=130"), window.screen());
  BOOST_TEST(is_given_back(window));
}

BOOST_AUTO_TEST_CASE(one_frame_needs_no_terminal) {
  node_process node{puppets("a", "size = 2\n")};
  node.worker_pid("a.0");
  node.worker_pid("a.1");
  auto [status, text] = once(node, "workers --once");
  BOOST_TEST(status == 0);
  BOOST_TEST(contains(text, "\na.0"), text);
  BOOST_TEST(!contains(text, "\x1b"), text);
  auto filtered = once(node, "workers --once --filter a.1");
  BOOST_TEST(!contains(filtered.second, "\na.0"), filtered.second);
  auto rows = once(node, "workers --once --json --sort=-worker");
  BOOST_TEST(rows.second.find("\"a.1\"") < rows.second.find("\"a.0\""), rows.second);
  BOOST_TEST(once(node, "").first == 2);
  auto wrong = once(node, "--once --sort nope");
  BOOST_TEST(wrong.first == 2);
  BOOST_TEST(contains(wrong.second, "WAITING"), wrong.second);
}

BOOST_AUTO_TEST_SUITE_END()
