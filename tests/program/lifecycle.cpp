// Proves how a node comes and goes: what it announces, what it leaves behind, how it
// drains, and what happens to its state when it had no time to clean up.
#include "tests/program/harness/node_process.hpp"
#include "tests/program/harness/notify_socket.hpp"
#include "tests/program/harness/processes.hpp"

#include <boost/test/unit_test.hpp>

#include <sys/stat.h>

#include <csignal>

using namespace program;

namespace lifecycle {

mode_t mode_of(const std::string& path) {
  struct stat s {};
  return ::stat(path.c_str(), &s) == 0 ? s.st_mode & 0777 : 0;
}

bool exists(const std::string& path) {
  return std::filesystem::exists(path);
}

/// Sends SIGTERM and waits until the node takes no more calls to `pool`.
bool begins_to_drain(node_process& node, socket_client& client, const std::string& pool) {
  node.signal(SIGTERM);
  return eventually(
      [&] { return client.call(pool, "echo")["error.code"] == "shutting_down"; });
}

} // namespace lifecycle

BOOST_AUTO_TEST_SUITE(lifecycle)

BOOST_AUTO_TEST_CASE(a_node_that_is_ready_says_where_it_is) {
  node_process node{puppets("echo")};
  BOOST_TEST(node.ready_line()
             == "troupe: node alpha ready http=http://127.0.0.1:"
                    + std::to_string(node.port()) + " socket=" + node.socket());
  reply file{read_file(node.state_dir() + "/connection.json")};
  BOOST_TEST(file["url"] == "http://127.0.0.1:" + std::to_string(node.port()));
  BOOST_TEST(file["pid"] == std::to_string(node.pid()));
  BOOST_TEST(file["node"] == "alpha");
  BOOST_TEST(file["socket"] == node.state_dir() + "/troupe.sock");
  BOOST_TEST(file["api_key"].size() >= 32u);
  BOOST_TEST(node.http().get("/api/pools").status == 200);
}

BOOST_AUTO_TEST_CASE(its_files_are_for_its_user_only_and_go_with_it) {
  node_process node{puppets("echo")};
  auto state = node.state_dir();
  BOOST_TEST(mode_of(state) == 0700u);
  BOOST_TEST(mode_of(state + "/connection.json") == 0600u);
  BOOST_TEST(mode_of(state + "/troupe.sock") == 0600u);
  BOOST_TEST((node.terminate() == 0));
  BOOST_TEST(!exists(state + "/connection.json"));
  BOOST_TEST(!exists(state + "/troupe.sock"));
}

BOOST_AUTO_TEST_CASE(a_service_manager_is_told_of_start_and_stop) {
  notify_socket manager;
  node_process node{puppets("echo") + puppets("more"),
                    {.env = {{"NOTIFY_SOCKET", manager.path()}}}};
  BOOST_TEST(manager.receive() == "READY=1\nSTATUS=2 pools");
  BOOST_TEST((node.terminate() == 0));
  BOOST_TEST(manager.receive() == "STOPPING=1\nSTATUS=calls that run may finish");
}

BOOST_AUTO_TEST_CASE(a_service_manager_is_told_when_a_reload_began_and_that_it_ended) {
  notify_socket manager;
  node_process node{puppets("echo"), {.env = {{"NOTIFY_SOCKET", manager.path()}}}};
  BOOST_TEST(manager.receive().starts_with("READY=1\n"));
  node.signal(SIGHUP);
  const std::string before = "RELOADING=1\nMONOTONIC_USEC=";
  auto told = manager.receive();
  BOOST_REQUIRE(told.starts_with(before));
  auto began = std::chrono::microseconds{std::stoll(told.substr(before.size()))};
  auto age = std::chrono::steady_clock::now().time_since_epoch() - began;
  BOOST_TEST((age >= 0s && age < 60s));
  BOOST_TEST(manager.receive() == "READY=1\nSTATUS=the configuration was reloaded");
}

BOOST_AUTO_TEST_CASE(a_service_manager_that_does_not_read_holds_up_nothing) {
  notify_socket manager;
  manager.fill();
  node_process node{puppets("echo"), {.env = {{"NOTIFY_SOCKET", manager.path()}}}};
  BOOST_TEST(node.http().get("/api/pools").status == 200);
  BOOST_TEST((node.terminate() == 0));
}

BOOST_AUTO_TEST_CASE(the_api_key_can_come_from_the_environment) {
  node_process node{puppets("echo"), {.env = {{"TROUPE_API_KEY", "from-outside"}}}};
  BOOST_TEST(node.key() == "from-outside");
  BOOST_TEST(node.http().get("/api/pools").status == 200);
}

BOOST_AUTO_TEST_CASE(a_line_end_behind_the_api_key_of_the_environment_is_no_part_of_it) {
  node_process node{puppets("echo"), {.env = {{"TROUPE_API_KEY", "from-a-file\r\n"}}}};
  BOOST_TEST(node.key() == "from-a-file");
  BOOST_TEST(node.http().get("/api/pools").status == 200);
}

BOOST_AUTO_TEST_CASE(a_key_that_other_users_may_read_is_told_of_at_the_start) {
  temporary_folder folder;
  auto start = [&](mode_t mode) {
    auto file = folder / "troupe.toml"; // keeps its mode when it is written again
    write_file(file, "");
    BOOST_REQUIRE(::chmod(file.c_str(), mode) == 0);
    node_process node{"[node]\nstate_dir = \"" + (folder / "state")
                          + "\"\n[http]\nlisten = \"127.0.0.1:0\"\napi_key = \"k\"\n"
                          + puppets("echo"),
                      {.state_dir = folder / "state",
                       .whole_file = true,
                       .config_folder = folder.path()}};
    BOOST_TEST( // the line behind it
        eventually([&] { return node.errors().find("ready: ") != std::string::npos; }));
    return node.errors();
  };
  auto told = start(0644);
  BOOST_TEST(told.find("http.api_key: '" + (folder / "troupe.toml")) != std::string::npos,
             told);
  BOOST_TEST(told.find("has mode 0644") != std::string::npos, told);
  BOOST_TEST(start(0600).find("has mode") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(sigterm_lets_running_calls_finish_and_refuses_new_ones) {
  node_process node{puppets("slow") + puppets("idle")};
  auto client = node.connect();
  client.send_call("running", "slow", "sleep", R"({"ms":700})");
  client.send_call("waiting", "slow", "echo");
  BOOST_REQUIRE(
      eventually([&] { return node.worker("slow.0").number("in_flight") == 1; }));
  auto other = node.connect();
  BOOST_TEST(begins_to_drain(node, other, "slow"));
  BOOST_TEST(client.receive("waiting")["error.code"] == "shutting_down");
  BOOST_TEST(client.receive("running")["error"] == "null");
  BOOST_TEST((node.wait() == 0));
}

BOOST_AUTO_TEST_CASE(an_order_to_stop_may_be_repeated_and_is_no_signal) {
  node_process node{puppets("slow") + puppets("idle")};
  auto client = node.connect();
  client.send_call("running", "slow", "sleep", R"({"ms":3000})");
  BOOST_REQUIRE(
      eventually([&] { return node.worker("slow.0").number("in_flight") == 1; }));
  for (auto order : {"shutdown", "shutdown", "drain"}) {
    auto r = node.operation(order, R"({"node":true})");
    BOOST_TEST(r["error.code"].empty(), r);
  }
  auto has_logged = [&](const char* line) {
    return eventually([&] { return node.errors().find(line) != std::string::npos; });
  };
  BOOST_TEST(has_logged("ordered to stop: draining"));
  node.signal(SIGTERM); // systemctl stop, after the order
  BOOST_TEST(has_logged("Terminated: draining already; once more ends at once"));
  auto r = client.receive("running");
  BOOST_TEST(r["error"] == "null", r);
  BOOST_TEST((node.wait() == 0));
  BOOST_TEST(node.errors().find("ending at once") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_pool_that_has_drained_still_says_shutting_down) {
  node_process node{puppets("slow") + puppets("idle")};
  auto worker = node.worker_pid("idle.0");
  auto client = node.connect();
  client.send_call("running", "slow", "sleep", R"({"ms":1000})");
  BOOST_REQUIRE(
      eventually([&] { return node.worker("slow.0").number("in_flight") == 1; }));
  BOOST_REQUIRE(begins_to_drain(node, client, "idle"));
  // A client that is told there is no such pool would not try again.
  for (int i = 0; i < 100; ++i) {
    auto r = client.call("idle", "echo");
    BOOST_REQUIRE_MESSAGE(r["error.code"] == "shutting_down", r);
  }
  // The running call might need it yet.
  BOOST_TEST(is_running(worker));
  BOOST_TEST(client.receive("running")["error"] == "null");
}

BOOST_AUTO_TEST_CASE(a_node_that_stops_begins_nothing) {
  node_process node{puppets("slow") + puppets("idle")};
  auto client = node.connect();
  client.send_call("running", "slow", "sleep", R"({"ms":900})");
  BOOST_REQUIRE(
      eventually([&] { return node.worker("slow.0").number("in_flight") == 1; }));
  auto other = node.connect();
  BOOST_REQUIRE(begins_to_drain(node, other, "idle"));
  for (auto operation : {"scale", "resume", "restart", "reload", "configure"}) {
    auto r = other.call("$node", operation, R"({"name":"idle","size":3})");
    BOOST_TEST(r["error.code"] == "shutting_down", operation << ": " << r.text);
  }
  node.signal(SIGHUP);
  BOOST_TEST(client.receive("running")["error"] == "null");
  BOOST_TEST((node.wait() == 0));
  BOOST_TEST(node.errors().find("reload: the node is stopping") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_third_sigterm_ends_a_node_whatever_it_waits_for) {
  node_process node{
      puppets("mute", "exec_timeout = \"300s\"\nstop_timeout = \"60s\"", {"--stubborn"}),
      {.may_die = true}};
  auto client = node.connect();
  client.send_call("stuck", "mute", "never");
  BOOST_REQUIRE(
      eventually([&] { return node.worker("mute.0").number("in_flight") == 1; }));
  auto other = node.connect();
  BOOST_REQUIRE(begins_to_drain(node, other, "mute"));
  // The kernel merges those that are not yet taken: they are sent until it ends.
  BOOST_TEST(eventually([&] {
    node.signal(SIGTERM);
    return node.wait(10ms).has_value();
  }));
  BOOST_TEST(!exists(node.state_dir() + "/connection.json"));
  BOOST_TEST(!exists(node.state_dir() + "/troupe.sock"));
}

BOOST_AUTO_TEST_CASE(a_second_sigterm_ends_it_at_once) {
  node_process node{
      puppets("mute", "exec_timeout = \"300s\"\nstop_timeout = \"60s\"", {"--stubborn"})};
  auto client = node.connect();
  client.send_call("stuck", "mute", "never");
  BOOST_REQUIRE(
      eventually([&] { return node.worker("mute.0").number("in_flight") == 1; }));
  auto other = node.connect();
  BOOST_REQUIRE(begins_to_drain(node, other, "mute"));
  auto start = clock::now();
  node.signal(SIGTERM);
  BOOST_TEST(client.receive("stuck")["error.code"] == "shutting_down");
  BOOST_TEST((node.wait() == 0));
  BOOST_TEST_MESSAGE("ended " << elapsed_ms(start) << " ms after the second signal");
  BOOST_TEST(elapsed_ms(start) < (sanitized ? 10'000 : 2'000));
}

BOOST_AUTO_TEST_CASE(a_worker_that_ignores_everything_is_killed_in_the_end) {
  node_process node{puppets("deaf", "stop_timeout = \"200ms\"", {"--stubborn"})};
  node.worker_pid("deaf.0");
  auto start = clock::now();
  BOOST_TEST((node.terminate() == 0));
  BOOST_TEST(elapsed_ms(start)
             >= 300); // half of it after `shutdown`, then all after SIGTERM
}

BOOST_AUTO_TEST_CASE(what_a_killed_node_left_behind_does_not_stop_the_next) {
  temporary_folder folder;
  node_options options{.state_dir = folder / "state"};
  {
    node_process first{puppets("echo"), options};
    first.kill();
  }
  BOOST_TEST(exists(folder / "state/troupe.sock"));
  BOOST_TEST(exists(folder / "state/connection.json"));
  node_process second{puppets("echo"), options};
  BOOST_TEST(second.connect().call("echo", "echo", "1")["payload"] == "1");
}

BOOST_AUTO_TEST_CASE(a_second_node_on_the_same_state_refuses_and_does_no_harm) {
  node_process first{puppets("echo")};
  auto refuses = [&](const std::runtime_error& e) {
    BOOST_TEST_MESSAGE(e.what());
    return std::string{e.what()}.find("pid " + std::to_string(first.pid()))
           != std::string::npos;
  };
  BOOST_CHECK_EXCEPTION(node_process(puppets("echo"), {.state_dir = first.state_dir()}),
                        std::runtime_error, refuses);
  BOOST_TEST(first.connect().call("echo", "echo", "1")["payload"] == "1");
  BOOST_TEST(exists(first.state_dir() + "/connection.json"));
}

BOOST_AUTO_TEST_CASE(a_configuration_with_mistakes_names_each_and_does_not_start) {
  auto names_both = [](const std::runtime_error& e) {
    BOOST_TEST_MESSAGE(e.what());
    std::string text = e.what();
    return text.find("sise") != std::string::npos
           && text.find("window") != std::string::npos
           && text.find("troupe.toml:") != std::string::npos;
  };
  BOOST_CHECK_EXCEPTION(node_process(puppets("echo", "sise = 2\nwindow = 0")),
                        std::runtime_error, names_both);
}

BOOST_AUTO_TEST_SUITE_END()
