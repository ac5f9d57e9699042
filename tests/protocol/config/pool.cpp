#include "protocol/wires/wire.hpp"
#include "tests/protocol/config/support.hpp"

#include <unistd.h>

#include <algorithm>
#include <filesystem>

using namespace std::chrono_literals;
using namespace troupe::config;
using test::check_mistake;
using test::good;
using test::known_workers;
using test::mistakes;
using test::with_pool;

namespace pool_configurations {

using strings = std::vector<std::string>;

constexpr auto each = boost::test_tools::per_element();

/// Checks that the pool with this third line has one mistake, in `key`.
void check_line(const std::string& line, const std::string& key) {
  check_mistake(with_pool(line), "3: pool.p." + key + ": ");
}

} // namespace pool_configurations

BOOST_AUTO_TEST_SUITE(pool_configurations)

BOOST_AUTO_TEST_CASE(a_command_is_all_a_pool_needs) {
  auto p = test::pool("");
  pool defaults;
  defaults.name = "p";
  defaults.command = {"x"};
  defaults.cwd = "/no/such/folder";
  BOOST_TEST((p == defaults));
}

BOOST_AUTO_TEST_CASE(every_key_is_read) {
  auto p = good(R"(
    [pool.echo]
    command = ["python3", "{socket} {pool} {worker} {state_dir} {other}", """ """]
    protocol = "json-lines"
    transport = "stdio"
    cwd = "/tmp-that-is-not-there/x/.."
    env = { A = "b", B = "{worker}" }
    inherit_env = true
    size = 10_000
    window = 65536
    loops = 64
    ready = "spawn"
    boot_timeout = "1s"
    exec_timeout = "2s"
    queue_limit = 0
    queue_timeout = "3s"
    stop_timeout = "4s"
    max_frame = "64KiB"
    recycle = { jobs = 0, age = "0s", idle = "0s", memory = "0", jitter = 0.5 }
    heartbeat = { every = "0s", timeout = "7s" }
    survive = false
    retries = 0
    limits = { memory = "0", open_files = 0, cpu = "0s" }
    [pool.echo.restart]
    policy = "on-failure"
    delay = "5ms"
    max_delay = "6ms"
    intensity = 7
    period = "8ms"
  )")
               .pools.at(0);
  BOOST_TEST(p.name == "echo");
  BOOST_TEST(
      p.command
          == (strings{"python3", "{socket} {pool} {worker} {state_dir} {other}", " "}),
      each);
  BOOST_TEST(p.protocol == "json-lines");
  BOOST_TEST(p.cwd.lexically_normal() == "/tmp-that-is-not-there/");
  BOOST_TEST(p.env.size() == 2u);
  BOOST_TEST(p.env.at("B") == "{worker}");
  BOOST_TEST(p.inherit_env);
  BOOST_TEST(p.size == 10'000u);
  BOOST_TEST(p.window == 65'536u);
  BOOST_TEST(p.loops == 64u);
  BOOST_TEST((p.ready == ready_mode::spawn));
  BOOST_TEST((p.boot_timeout == 1s));
  BOOST_TEST((p.exec_timeout == 2s));
  BOOST_TEST(p.queue_limit == 0u);
  BOOST_TEST((p.queue_timeout == 3s));
  BOOST_TEST((p.stop_timeout == 4s));
  BOOST_TEST(p.max_frame == 65'536u);
  BOOST_TEST((p.restart == restart{restart_policy::on_failure, 5ms, 6ms, 7, 8ms}));
}

BOOST_AUTO_TEST_CASE(the_working_directory_is_relative_to_the_file) {
  BOOST_TEST(test::pool("cwd = \"a\"").cwd == "/no/such/folder/a");
  BOOST_TEST(test::pool("cwd = \"../a\"").cwd == "/no/such/a");
  BOOST_TEST(test::pool("cwd = \"/\"").cwd == "/");
  auto read = parse(with_pool("cwd = \"a\""), "node.toml", known_workers());
  BOOST_TEST_REQUIRE(read.has_value());
  BOOST_TEST(read->pools.at(0).cwd == std::filesystem::current_path() / "a");
}

BOOST_AUTO_TEST_CASE(the_name_of_a_pool_is_checked_and_its_keys_too) {
  auto found = mistakes("[pool.\"a b\"]\ncommand = [\"x\"]\nsize = 0\n");
  BOOST_TEST_REQUIRE(found.size() == 2u);
  BOOST_TEST(found[0].starts_with("1: pool.\"a b\": the name of a pool"));
  BOOST_TEST(found[1].starts_with("3: pool.\"a b\".size: "));
  check_mistake("[pool]\np = 3", "2: pool.p: expected a table, not an integer");
}

BOOST_AUTO_TEST_CASE(a_command_is_an_array_of_strings_that_are_not_empty) {
  for (auto bad : {"\"x\"", "[]", "[\"\"]", "[\"x\", \"\"]", "[\"x\", 1]", "[[\"x\"]]",
                   "1", R"(["a\u0000b"])"})
    check_mistake("[pool.p]\ncommand = " + std::string{bad}, "2: pool.p.command: ");
  check_mistake("\n[pool.p]\nsize = 1", "2: pool.p.command: is missing");
}

BOOST_AUTO_TEST_CASE(an_unknown_protocol_is_refused_with_the_known_ones) {
  check_mistake(with_pool("protocol = \"jsonlines\""),
                "3: pool.p.protocol: expected one of "
                    + troupe::wires::built_in_wires().names()
                    + ", terminal, not \"jsonlines\"");
}

BOOST_AUTO_TEST_CASE(the_environment_is_a_table_of_strings) {
  check_line("env = [\"A=b\"]", "env");
  check_line("env = { A = 1 }", "env.A");
  check_line("env = { \"A=B\" = \"x\" }", "env.\"A=B\"");
  check_line("env = { \"\" = \"x\" }", "env.\"\"");
}

BOOST_AUTO_TEST_CASE(numbers_out_of_range_and_of_the_wrong_type_are_refused) {
  for (auto bad : {"0", "10001", "-1", "1.0", "\"1\"", "true", "9223372036854775807"}) {
    check_line("size = " + std::string{bad}, "size");
  }
  check_line("window = 0", "window");
  check_line("window = 65537", "window");
  check_line("queue_limit = -1", "queue_limit");
  check_line("queue_limit = 10000001", "queue_limit");
  check_line("inherit_env = 1", "inherit_env");
  check_line("ready = \"later\"", "ready");
  check_line("cwd = \"\"", "cwd");
  BOOST_TEST(test::pool("queue_limit = 10000000").queue_limit == 10'000'000u);
}

BOOST_AUTO_TEST_CASE(
    a_timeout_is_a_duration_of_at_least_a_millisecond_and_at_most_a_year) {
  for (std::string key :
       {"boot_timeout", "exec_timeout", "queue_timeout", "stop_timeout"}) {
    for (auto bad : {"5", "5.0", "\"5\"", "\"0s\"", "\"999us\"", "\"1500us\"", "\"-1s\"",
                     "\"8785h\"", "true", "[]"})
      check_line(key + " = " + bad, key);
    BOOST_TEST(mistakes(with_pool(key + " = \"8784h\"")).empty());
    BOOST_TEST(mistakes(with_pool(key + " = \"1000us\"")).empty());
  }
}

BOOST_AUTO_TEST_CASE(a_size_is_a_string_or_a_number_of_bytes) {
  BOOST_TEST(test::pool("max_frame = 1024").max_frame == 1024u);
  BOOST_TEST(test::pool("max_frame = \"1GiB\"").max_frame == 1'073'741'824u);
  for (auto bad :
       {"1023", "1073741825", "\"2GiB\"", "\"1KB\"", "1024.0", "-1024", "true"})
    check_line("max_frame = " + std::string{bad}, "max_frame");
}

BOOST_AUTO_TEST_CASE(restarts_are_checked) {
  check_line("restart = \"always\"", "restart");
  check_line("restart = { policy = \"sometimes\" }", "restart.policy");
  check_line("restart = { intensity = -1 }", "restart.intensity");
  check_line("restart = { period = \"0s\" }", "restart.period");
  check_line("restart = { max_delay = \"0s\", delay = \"0s\" }", "restart.max_delay");
  check_line("restart = { delay = \"2s\", max_delay = \"1s\" }", "restart.max_delay");
  // Against the default of the other one.
  check_line("restart = { delay = \"1m\" }", "restart.max_delay");
  check_line("restart = { max_delay = \"99ms\" }", "restart.max_delay");
  check_line("restart = { polcy = \"never\" }", "restart.polcy");
  BOOST_TEST(
      (test::pool("restart = { delay = \"0s\", max_delay = \"1ms\", intensity = 0 }")
           .restart
       == restart{restart_policy::always, 0ms, 1ms, 0, 10s}));
}

BOOST_AUTO_TEST_CASE(a_program_is_loaded_once_in_the_place_of_a_command) {
  auto p = good(R"(
    [pool.p]
    preload = ["python3", "-m", "app", "{pool}"]
    size = 50
    env = { NAME = "{worker}" }
  )")
               .pools.at(0);
  BOOST_TEST(p.command.empty());
  BOOST_TEST(p.preload == (strings{"python3", "-m", "app", "{pool}"}), each);
  BOOST_TEST(!p.boots_at_once());
  auto other = p;
  other.preload.back() = "x";
  BOOST_TEST(!same_workers(p, other));
}

BOOST_AUTO_TEST_CASE(what_preloading_cannot_be_combined_with_is_refused) {
  auto wrong = [](const std::string& lines) {
    auto found = mistakes("[pool.p]\n" + lines + "\n");
    return found.size() == 1 ? found[0] : "mistakes: " + std::to_string(found.size());
  };
  auto has = [](const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
  };
  BOOST_TEST(wrong("preload = [\"x\"]") == "mistakes: 0");
  BOOST_TEST(has(wrong("preload = []"), "pool.p.preload: "));
  BOOST_TEST(has(wrong("preload = [\"x\", \"\"]"), "pool.p.preload: "));
  BOOST_TEST(has(wrong("preload = [\"x\"]\ncommand = [\"x\"]"), "pool.p.command: "));
  BOOST_TEST(has(wrong("preload = [\"{worker}\"]"), "pool.p.preload: {worker} "));
  BOOST_TEST(has(wrong("preload = [\"x\"]\nexternal = true"), "pool.p.preload: "));
  BOOST_TEST(has(wrong("preload = [\"x\"]\nsurvive = true\ntransport = \"unix\""),
                 "pool.p.survive: "));
  auto terminal = mistakes("[pool.p]\npreload = [\"x\"]\nprotocol = \"terminal\"\n");
  BOOST_TEST(std::any_of(terminal.begin(), terminal.end(), [&](auto& mistake) {
    return has(mistake, "pool.p.preload: ");
  }));
}

BOOST_AUTO_TEST_CASE(only_workers_that_can_be_found_again_survive_the_node) {
  BOOST_TEST(mistakes(with_pool("survive = false")).empty());
  BOOST_TEST(mistakes(with_pool("survive = true\ntransport = \"unix\"")).empty());
  check_line("survive = 0", "survive");
  for (auto line : {"survive = true", "survive = true\ntransport = \"tcp\"",
                    "survive = true\nprotocol = \"goridge\"\ntransport = \"unix\"",
                    "survive = true\nprotocol = \"terminal\"",
                    "survive = true\ntransport = \"unix\"\nready = \"spawn\""}) {
    auto found = mistakes(with_pool(line));
    BOOST_TEST_REQUIRE(found.size() == 1u, line);
    BOOST_TEST(found[0].starts_with("3: pool.p.survive: "), found[0]);
  }
}

BOOST_AUTO_TEST_CASE(what_cannot_apply_to_a_terminal_is_refused_where_it_stands) {
  auto only = [](const std::string& lines) {
    return mistakes("[pool.p]\ncommand = [\"x\"]\nprotocol = \"terminal\"\n" + lines);
  };
  BOOST_TEST(only("recycle = { age = \"1h\", idle = \"1h\", memory = \"1GiB\", jobs = 0 }"
                  "\nheartbeat = { every = \"0s\" }\nretries = 0\nquarantine = 0"
                  "\nready = \"spawn\"\nsize = { max = 3 }\nboot_timeout = \"1s\"")
                 .empty());
  for (auto [line, key] : std::initializer_list<std::pair<const char*, const char*>>{
           {"recycle = { jobs = 1 }", "recycle.jobs"},
           {"heartbeat = { every = \"1s\" }", "heartbeat.every"},
           {"retries = 1", "retries"},
           {"quarantine = 3", "quarantine"},
           {"window = 1", "window"},
           {"loops = 2", "loops"},
           {"ready = \"handshake\"", "ready"},
           {"transport = \"unix\"", "transport"}}) {
    auto found = only(line);
    BOOST_TEST_REQUIRE(found.size() == 1u, line);
    BOOST_TEST(found[0].starts_with("4: pool.p." + std::string{key} + ": "), found[0]);
  }
  auto external = mistakes("[pool.p]\nprotocol = \"terminal\"\nexternal = true");
  BOOST_TEST_REQUIRE(external.size() == 1u);
  BOOST_TEST(external[0].starts_with("3: pool.p.external: "));
  BOOST_TEST(test::pool("protocol = \"terminal\"").quarantine == 0u);
}

BOOST_AUTO_TEST_CASE(an_external_pool_says_nothing_of_processes) {
  auto only = [](const std::string& lines) {
    return mistakes("[pool.p]\nexternal = true\n" + lines);
  };
  BOOST_TEST(only("size = 3\nwindow = 2").empty());
  for (auto line :
       {"command = [\"x\"]", "transport = \"unix\"", "cwd = \"/\"", "env = { A = \"b\" }",
        "recycle = { jobs = 1 }", "restart = { intensity = 1 }", "size = { max = 3 }",
        "loops = 2", "limits = { open_files = 9 }", "protocol = \"folk\""})
    BOOST_TEST(only(line).size() == 1u, line);
}

BOOST_AUTO_TEST_CASE(a_size_is_a_number_or_a_range) {
  BOOST_TEST(test::pool("size = 3").least() == 3u);
  auto p = test::pool("size = { min = 0, max = 4, idle = \"5s\" }");
  BOOST_TEST(p.size == 4u);
  BOOST_TEST(p.least() == 0u);
  BOOST_TEST((p.elastic == elastic{0, 5s}));
  BOOST_TEST((test::pool("size = { max = 4 }").elastic == elastic{1, 60s}));
  check_line("size = { min = 1 }", "size.max");
  check_line("size = { min = 3, max = 2 }", "size.max");
  check_line("size = { max = 0, min = 0 }", "size.max");
  check_line("size = { max = 2, idle = \"0s\" }", "size.idle");
  check_line("size = { max = 2, ilde = \"1s\" }", "size.ilde");
  check_line("size = \"3\"", "size");
  auto both = mistakes(with_pool("affinity = \"require\"\nsize = { max = 2 }"));
  BOOST_REQUIRE(both.size() == 1u);
  BOOST_TEST(both[0].starts_with("3: pool.p.affinity: "), both[0]);
}

BOOST_AUTO_TEST_CASE(a_pool_of_json_has_the_keys_and_the_forms_of_one_in_a_file) {
  auto read = [](const char* text) {
    return pool_from_json("p", text, "/folder", known_workers());
  };
  auto good =
      read(R"({"name":"x","command":["a","b"],"size":{"min":0,"max":2},"window":null,
                       "env":{"A":"1"},"boot_timeout":"3s","recycle":{"jitter":0.5}})");
  BOOST_REQUIRE(good.has_value());
  auto& p = *good;
  BOOST_TEST(p.name == "p");
  BOOST_TEST(p.command.size() == 2u);
  BOOST_TEST(p.least() == 0u);
  BOOST_TEST(p.window == 1u);
  BOOST_TEST((p.boot_timeout == 3s));
  BOOST_TEST(p.recycle.jitter == 0.5);
  BOOST_TEST(p.cwd == "/folder");
  for (auto text :
       {"[]", "{", "{}", R"({"command":[1]})", R"({"command":["a"],"size":1e300})",
        R"({"command":["a"],"env":{"A":["b"]}})", R"({"command":["a"],"x":1})"})
    BOOST_TEST(!read(text), text);
  BOOST_TEST(!pool_from_json("9", R"({"command":["a"]})", "/", known_workers()));
}

BOOST_AUTO_TEST_CASE(a_new_size_leaves_all_else_alone_and_is_checked_as_in_a_file) {
  auto p = test::pool("window = 3\nsize = { max = 4 }");
  auto fixed = resized(p, R"({"name":"p","size":2})");
  BOOST_REQUIRE(fixed.has_value());
  BOOST_TEST(fixed->size == 2u);
  BOOST_TEST(!fixed->elastic);
  BOOST_TEST(fixed->window == 3u);
  for (auto text : {"{}", R"({"size":0})", R"({"size":"2"})", R"({"size":2,"window":1})"})
    BOOST_TEST(!resized(p, text), text);
}

BOOST_AUTO_TEST_CASE(only_what_workers_see_makes_workers_differ) {
  auto base = test::pool("");
  for (auto line : {"size = 3", "size = { max = 3 }", "queue_limit = 1", "retries = 3",
                    "queue_timeout = \"1s\"", "exec_timeout = \"1s\"", "quarantine = 1",
                    "affinity = \"require\"", "restart = { intensity = 1 }"})
    BOOST_TEST(same_workers(test::pool(line), base), line);
  for (auto line :
       {"window = 3", "loops = 2", "env = { A = \"b\" }", "max_frame = 2048",
        "ready = \"spawn\"", "recycle = { jobs = 1 }", "boot_timeout = \"1s\"",
        "stop_timeout = \"1s\"", "transport = \"unix\"", "heartbeat = { every = \"1s\" }",
        "limits = { open_files = 9 }"})
    BOOST_TEST(!same_workers(test::pool(line), base), line);
}

BOOST_AUTO_TEST_CASE(a_transport_is_read_and_checked) {
  BOOST_TEST((test::pool("").transport == transport::stdio));
  BOOST_TEST((test::pool("transport = \"stdio\"").transport == transport::stdio));
  BOOST_TEST((test::pool("transport = \"unix\"").transport == transport::unix_socket));
  BOOST_TEST((test::pool("transport = \"tcp\"").transport == transport::tcp));
  check_line("transport = 1", "transport");
  check_line("transport = \"udp\"", "transport");
}

BOOST_AUTO_TEST_CASE(a_protocol_limits_what_its_pools_can_ask_for) {
  check_mistake(with_pool("protocol = \"goridge\"\nwindow = 2"),
                "4: pool.p.window: workers that speak goridge hold at most 1 call at a "
                "time, not 2");
  BOOST_TEST(mistakes(with_pool("protocol = \"goridge\"\ntransport = \"tcp\"")).empty());
  check_mistake(with_pool("protocol = \"folk\"\nmax_frame = \"17MiB\""),
                "4: pool.p.max_frame: ");
  check_mistake(with_pool("protocol = \"folk\"\ntransport = \"stdio\""),
                "4: pool.p.transport: ");
  BOOST_TEST(mistakes(with_pool("protocol = \"folk\"\nwindow = 2")).empty());
}

BOOST_AUTO_TEST_CASE(what_servers_of_jsonrpc_are_told_is_read_and_checked) {
  const std::string rpc = "protocol = \"jsonrpc\"\n";
  BOOST_TEST((test::pool(rpc).jsonrpc == jsonrpc{}));
  auto p = test::pool(rpc + R"([pool.p.jsonrpc]
    framing = "content-length"
    initialize = { capabilities = { roots = {} } }
    answers = { "roots/list" = { roots = [] } }
    calls = { "sampling/createMessage" = "model@beta" }
    notifications = ["exit"])");
  BOOST_TEST((p.jsonrpc
              == jsonrpc{jsonrpc_framing::content_length,
                         R"({"capabilities":{"roots":{}}})",
                         {{"roots/list", R"({"roots":[]})"}},
                         {{"sampling/createMessage", "model@beta"}},
                         {"exit"}}));
  auto wrong = [&](const std::string& keys, const std::string& key) {
    check_mistake(with_pool(rpc + "jsonrpc = { " + keys + " }"),
                  "4: pool.p.jsonrpc." + key + ": ");
  };
  wrong("framing = \"frames\"", "framing");
  wrong("initialize = 5", "initialize");
  wrong("answers = { a = 2024-01-01 }", "answers");
  wrong("calls = { a = \"a b\" }", "calls.a");
  wrong("calls = { a = \"b\" }, answers = { a = 1 }", "calls.a");
  wrong("notifications = [1]", "notifications");
  wrong("other = 1", "other");
  check_mistake(
      with_pool(rpc + "ready = \"spawn\"\njsonrpc = { initialize = { a = 1 } }"),
      "5: pool.p.jsonrpc.initialize: ");
  check_mistake(with_pool("jsonrpc = { framing = \"lines\" }"), "3: pool.p.jsonrpc: ");
}

BOOST_AUTO_TEST_CASE(recycling_is_read_and_checked) {
  BOOST_TEST((test::pool("recycle = { jobs = 500, age = \"1h\", idle = \"5m\", memory = "
                         "\"64MiB\", jitter = 0.5, one_in = 2 }")
                  .recycle
              == recycle{500, 1h, 5min, 64 << 20, 0.5, 2}));
  check_line("recycle = { jobs = -1 }", "recycle.jobs");
  check_line("recycle = { jitter = 1.1 }", "recycle.jitter");
  check_line("recycle = { jitter = nan }", "recycle.jitter");
  check_line("recycle = { age = 0 }", "recycle.age");
  check_line("recycle = { one_in = 0 }", "recycle.one_in");
  check_line("recycle = { job = 0 }", "recycle.job");
  check_line("recycle = 0", "recycle");
}

BOOST_AUTO_TEST_CASE(heartbeats_are_read_and_checked) {
  BOOST_TEST((test::pool("heartbeat = { every = \"5s\", timeout = \"1s\" }").heartbeat
              == heartbeat{5s, 1s}));
  check_line("heartbeat = { timeout = 1 }", "heartbeat.timeout");
  check_line("heartbeat = { timeout = \"0s\" }", "heartbeat.timeout");
  check_line("heartbeat = { often = \"1s\" }", "heartbeat.often");
}

BOOST_AUTO_TEST_CASE(limits_are_read_and_checked) {
  BOOST_TEST(
      (test::pool("limits = { memory = \"1GiB\", open_files = 64, cpu = \"90s\" }").limits
       == limits{1 << 30, 64, 90s}));
  for (auto none :
       {"limits = { memory = 0, cpu = 0 }", "limits = { cpu = \"0\" }", "limits = {}"})
    BOOST_TEST((test::pool(none).limits == limits{}), none);
  check_line("limits = { cpu = \"x\" }", "limits.cpu");
  check_line("limits = { cpu = \"1500ms\" }", "limits.cpu");
  check_line("limits = { open_files = \"many\" }", "limits.open_files");
}

BOOST_AUTO_TEST_CASE(retries_quarantine_and_affinity_are_read_and_checked) {
  auto p = test::pool("retries = 2\nquarantine = 5\naffinity = \"require\"");
  BOOST_TEST(p.retries == 2u);
  BOOST_TEST(p.quarantine == 5u);
  BOOST_TEST((p.affinity == affinity::require));
  check_line("retries = 101", "retries");
  check_line("quarantine = -1", "quarantine");
  check_line("affinity = \"maybe\"", "affinity");
}

BOOST_AUTO_TEST_CASE(what_becomes_of_abandoned_calls_is_read_and_checked) {
  BOOST_TEST((test::pool("").abandoned == abandonment::finish));
  BOOST_TEST((test::pool("abandoned = \"kill\"").abandoned == abandonment::kill));
  check_line("abandoned = true", "abandoned");
  check_line("abandoned = \"maybe\"", "abandoned");
  BOOST_TEST(same_workers(test::pool("abandoned = \"kill\""), test::pool("")));
}

BOOST_AUTO_TEST_CASE(a_user_must_exist) {
  check_line("user = \"no-such-user-here\"", "user");
  check_line("user = 0", "user");
  if (::geteuid() != 0)
    return; // only root may name one
  auto p = test::pool("user = \"root\"");
  BOOST_TEST(p.user == "root");
  BOOST_REQUIRE(p.account.found);
  BOOST_TEST(p.account.found->name == "root");
  BOOST_TEST(p.account.found->user == 0u);
  p.account = {};
  BOOST_TEST((p == test::pool("user = \"root\"")));
}

BOOST_AUTO_TEST_SUITE_END()
