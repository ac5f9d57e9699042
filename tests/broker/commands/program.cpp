#include "tests/broker/support.hpp"

#include "broker/commands/commands.hpp"
#include "protocol/base/json_text.hpp"
#include "tests/protocol/tls/support_certificates.hpp"

#include <algorithm>
#include <filesystem>
#include <map>
#include <sstream>

using test::peer;
using test::server;
using test::temporary_folder;

namespace the_program {

struct ran {
  int status;
  std::string out;
  std::string err;
};

ran run(std::vector<std::string> arguments, const std::string& input = {}) {
  std::vector<const char*> argv{"troupe"};
  for (auto& a : arguments)
    argv.push_back(a.c_str());
  std::istringstream in{input};
  std::ostringstream out;
  std::ostringstream err;
  troupe::commands::command_context context{in, out, err};
  auto status =
      troupe::commands::run_program(static_cast<int>(argv.size()), argv.data(), context);
  return {status, out.str(), err.str()};
}

bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

/// A node on a socket that knows what to answer to each kind; other kinds close the
/// connection.
class fake_node {
public:
  /// @param answers The members of the answer by kind.
  explicit fake_node(std::map<std::string, std::string> answers)
    : server_{folder_.path / "s", [this, answers = std::move(answers)](peer& p) {
                for (auto line = p.read_line(); !line.empty(); line = p.read_line()) {
                  lines.push_back(line);
                  using troupe::json_text::find;
                  auto kind = *troupe::json_text::as_text(*find(line, "kind"));
                  auto found = answers.find(kind);
                  if (found == answers.end())
                    return;
                  p.write("{\"request_id\":" + std::string{*find(line, "request_id")}
                          + "," + found->second + "}\n");
                }
              }} {}

  /// Runs the program against this node.
  ran operator()(std::vector<std::string> arguments, const std::string& input = {}) {
    arguments.insert(arguments.end(), {"--node", (folder_.path / "s").string()});
    auto result = run(std::move(arguments), input);
    server_.stop();
    return result;
  }

  /// What the program has sent.
  std::vector<std::string> lines;

private:
  temporary_folder folder_;
  server server_;
};

} // namespace the_program

BOOST_AUTO_TEST_SUITE(the_program)

BOOST_AUTO_TEST_CASE(the_version_is_one_line) {
  auto r = run({"--version"});
  BOOST_TEST(r.status == 0);
  BOOST_TEST(r.out == "troupe " TROUPE_VERSION "\n");
}

BOOST_AUTO_TEST_CASE(every_command_explains_itself_and_nothing_else) {
  for (auto name : {"call", "ps", "restart", "stop", "events", "logs", "check"}) {
    auto r = run({name, "--help"});
    BOOST_TEST(r.status == 0, name);
    BOOST_TEST(contains(r.out, "--json"), name);
    BOOST_TEST(!contains(r.out, "TROUPE_API_KEY"), name);
  }
}

BOOST_AUTO_TEST_CASE(the_help_fits_a_screen_and_has_the_essentials) {
  auto r = run({"--help"});
  BOOST_TEST(r.status == 0);
  BOOST_TEST(std::count(r.out.begin(), r.out.end(), '\n') < 40);
  for (auto part : {"serve", "call", "ps", "--node", "TROUPE_NODE", "Exit status"})
    BOOST_TEST(contains(r.out, part), part);
}

BOOST_AUTO_TEST_CASE(help_of_a_command_is_what_the_command_says_itself) {
  BOOST_TEST(run({"help"}).out == run({"--help"}).out);
  auto r = run({"help", "call"});
  BOOST_TEST(r.status == 0);
  BOOST_TEST(r.out == run({"call", "--help"}).out);
  auto wrong = run({"help", "nothing"});
  BOOST_TEST(wrong.status == 2);
  BOOST_TEST(contains(wrong.err, "nothing"), wrong.err);
}

BOOST_AUTO_TEST_CASE(sessions_are_listed) {
  fake_node node{{{"session.list",
                   R"("payload":[{"session_id":"s-1","state":"paused","pool":"talk",)"
                   R"("worker":"talk.0","age_ms":3000}],"error":null)"}}};
  auto r = node({"sessions"});
  BOOST_TEST(r.status == 0, r.err);
  BOOST_TEST(r.out
             == "SESSION  STATE   POOL  WORKER  AGE\n"
                "s-1      paused  talk  talk.0   3s\n");
}

BOOST_AUTO_TEST_CASE(a_session_is_run_continued_and_stopped) {
  struct {
    std::vector<std::string> arguments;
    std::string kind;
    std::string payload;
  } cases[] = {
      {{"sessions", "run", "talk", R"({"a":1})", "--code", "x"},
       "session.run",
       R"({"pool":"talk","code":"x","ctx":{"a":1}})"},
      {{"sessions", "continue", "s-1", "yes", "--query", "q"},
       "session.continue",
       R"({"name":"s-1","response":"yes","query_id":"q"})"},
      {{"sessions", "show", "s-1"}, "session.status", R"({"name":"s-1"})"},
      {{"sessions", "stop", "s-1"}, "session.stop", R"({"name":"s-1"})"},
  };
  for (auto& c : cases) {
    fake_node node{
        {{c.kind, R"("payload":{"session_id":"s-1","state":"paused",)"
                  R"("feed_result":{"Accepted":{"remaining":1}}},"error":null)"}}};
    auto r = node(c.arguments);
    BOOST_TEST(r.status == 0, r.err);
    BOOST_TEST(contains(r.out, "s-1"), r.out);
    BOOST_TEST(contains(r.out, R"({"Accepted":{"remaining":1}})"), r.out);
    BOOST_TEST(contains(node.lines.at(0), "\"payload\":" + c.payload), node.lines.at(0));
  }
}

BOOST_AUTO_TEST_CASE(words_that_an_action_on_sessions_does_not_take_are_mistakes) {
  for (auto& arguments :
       std::vector<std::vector<std::string>>{{"sessions", "list", "s-1"},
                                             {"sessions", "show"},
                                             {"sessions", "continue", "s-1"},
                                             {"sessions", "stop", "s-1", "now"},
                                             {"sessions", "run", "talk", "no json"},
                                             {"sessions", "show", "s-1", "--code", "x"},
                                             {"sessions", "run", "talk", "--query", "q"},
                                             {"sessions", "sing"}}) {
    auto r = run(arguments);
    BOOST_TEST(r.status == 2, r.err);
    BOOST_TEST(!r.err.empty());
  }
}

BOOST_AUTO_TEST_CASE(a_typing_mistake_gets_a_suggestion) {
  auto command = run({"rstart", "echo"});
  BOOST_TEST(command.status == 2);
  BOOST_TEST(contains(command.err, "no command rstart; did you mean restart?"));
  auto option = run({"call", "echo", "up", "--idempotnt"});
  BOOST_TEST(option.status == 2);
  BOOST_TEST(contains(option.err, "no option --idempotnt; did you mean --idempotent?"));
  auto with_value = run({"ps", "--nod=x"});
  BOOST_TEST(contains(with_value.err, "no option --nod; did you mean --node?"));
  auto strange = run({"xylophone"});
  BOOST_TEST(contains(strange.err, "no command xylophone\n"));
  auto surplus = run({"ps", "a", "b"});
  BOOST_TEST(contains(surplus.err, "one argument too many: b"));
}

BOOST_AUTO_TEST_CASE(an_option_of_a_command_stands_after_it) {
  auto json = run({"--json", "ps"});
  BOOST_TEST(json.status == 2);
  BOOST_TEST(contains(json.err, "--json stands after the command: `troupe ps --json`\n"));
  auto of_another = run({"--idempotent", "ps"});
  BOOST_TEST(contains(of_another.err, "troupe ps: no option --idempotent"));
}

BOOST_AUTO_TEST_CASE(the_node_may_be_named_before_the_command) {
  for (auto before : {true, false}) {
    auto arguments = before ? std::vector<std::string>{"--node", "/no/such/socket", "ps"}
                            : std::vector<std::string>{"ps", "--node", "/no/such/socket"};
    auto r = run(arguments);
    BOOST_TEST(r.status == 3);
    BOOST_TEST(contains(r.err, "/no/such/socket"));
  }
  BOOST_TEST(
      contains(run({"--state-dir", "/no/such/folder", "ps"}).err, "/no/such/folder"));
  auto serve = run({"--node", "/x", "check", "-c", "/none.toml"});
  BOOST_TEST(serve.status == 2);
  BOOST_TEST(contains(serve.err, "--node: `troupe check` talks to no node"));
}

BOOST_AUTO_TEST_CASE(without_a_command_it_shows_its_help_and_fails) {
  auto r = run({});
  BOOST_TEST(r.status == 2);
  BOOST_TEST(r.out == "");
  BOOST_TEST(contains(r.err, "Subcommands"));
}

BOOST_AUTO_TEST_CASE(wrong_arguments_are_status_2) {
  for (auto& bad :
       std::vector<std::vector<std::string>>{{"nonsense"},
                                             {"call"},
                                             {"call", "echo"},
                                             {"call", "echo", "up", "1", "2"},
                                             {"call", "echo", "up", "--timeout", "soon"},
                                             {"call", "echo", "up", "--timeout", "0"},
                                             {"call", "echo", "up", "--priority", "11"},
                                             {"ps", "--nonsense"},
                                             {"events", "--since", "-1"},
                                             {"restart"},
                                             {"restart", "a", "--all"},
                                             {"reload", "a", "--all"},
                                             {"logs"}}) {
    auto r = run(bad);
    BOOST_TEST(r.status == 2, bad.back());
    BOOST_TEST(r.out == "");
    BOOST_TEST(r.err != "");
  }
}

BOOST_AUTO_TEST_CASE(a_payload_that_is_not_json_is_status_2_before_any_node_is_asked) {
  for (auto bad : {"{", "text", "1 2", ""})
    BOOST_TEST(run({"call", "echo", "up", bad, "--node", "/none"}).status == 2, bad);
  auto r = run({"call", "echo", "up", "-", "--node", "/none"}, "{");
  BOOST_TEST(r.status == 2);
  BOOST_TEST(contains(r.err, "not JSON"));
}

BOOST_AUTO_TEST_CASE(no_node_is_status_3) {
  auto r = run({"ps", "--node", "/no/such/socket"});
  BOOST_TEST(r.status == 3);
  BOOST_TEST(r.out == "");
  BOOST_TEST(r.err.starts_with("unavailable: "));
  auto json = run({"ps", "--node", "/no/such/socket", "--json"});
  BOOST_TEST(json.status == 3);
  BOOST_TEST(json.out.starts_with(R"({"code":"unavailable","message":)"));
  BOOST_TEST(json.err == "");
}

BOOST_AUTO_TEST_CASE(a_call_prints_its_result) {
  for (auto payload : {"null", "[1, 2]", "\"a,b\"", "-5", "{\"a\": \"-\"}"}) {
    fake_node node{{{"up", R"("payload":{"n":1},"worker":"e.0")"}}};
    auto r = node({"call", "echo", "up", payload, "--timeout", "2s"});
    BOOST_TEST(r.status == 0);
    BOOST_TEST(r.out == "{\"n\":1}\n");
    BOOST_TEST(contains(node.lines.at(0), "\"payload\":" + std::string{payload} + ","));
    BOOST_TEST(contains(node.lines.at(0), "\"timeout_ms\":2000"));
  }
}

BOOST_AUTO_TEST_CASE(a_kind_may_have_the_name_of_a_command) {
  fake_node node{{{"stop", R"("payload":1)"}}};
  BOOST_TEST(node({"call", "ps", "stop"}).status == 0);
}

BOOST_AUTO_TEST_CASE(a_call_reads_its_payload_from_stdin) {
  fake_node node{{{"up", R"("payload":1)"}}};
  BOOST_TEST(node({"call", "echo", "up", "-"}, "{\n  \"a\": 1\n}\n").status == 0);
  BOOST_TEST(contains(node.lines.at(0), R"("payload":{   "a": 1 })"));
}

BOOST_AUTO_TEST_CASE(a_call_is_part_of_the_trace_of_whoever_runs_the_program) {
  std::string parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
  test::environment_variable state{"TRACESTATE", "a=1"};
  {
    test::environment_variable given{"TRACEPARENT", parent.c_str()};
    fake_node node{{{"up", R"("payload":1)"}}};
    BOOST_TEST(node({"call", "echo", "up"}).status == 0);
    BOOST_TEST(contains(node.lines.at(0),
                        R"("traceparent":")" + parent + R"(","tracestate":"a=1")"));
  }
  for (auto bad : {"", "00-nonsense", "x\r\ny: z"}) {
    test::environment_variable given{"TRACEPARENT", bad};
    fake_node node{{{"up", R"("payload":1)"}}};
    BOOST_TEST(node({"call", "echo", "up"}).status == 0);
    BOOST_TEST(!contains(node.lines.at(0), "trace"));
  }
}

BOOST_AUTO_TEST_CASE(a_call_that_fails_is_status_1) {
  std::string error = R"({"code":"busy","message":"full","retryable":true,"n":1})";
  fake_node node{{{"up", "\"error\":" + error}}};
  auto r = node({"call", "echo", "up"});
  BOOST_TEST(r.status == 1);
  BOOST_TEST(r.out == "");
  BOOST_TEST(r.err == "busy: full\n");
  fake_node again{{{"up", "\"error\":" + error}}};
  auto json = again({"call", "echo", "up", "--json"});
  BOOST_TEST(json.status == 1);
  BOOST_TEST(json.out == error + "\n");
}

BOOST_AUTO_TEST_CASE(a_call_prints_its_whole_answer_as_json) {
  fake_node node{{{"up", R"("payload":{"n":1},"worker":"e.0")"}}};
  BOOST_TEST(node({"call", "echo", "up", "--json"}).out
             == R"({"request_id":null,"kind":"up","payload":{"n":1},"error":null,)"
                R"("worker":"e.0"})"
                "\n");
}

BOOST_AUTO_TEST_CASE(ps_shows_one_pool_with_its_workers) {
  std::map<std::string, std::string> answers{
      {"pools", R"("payload":[{"name":"a","state":"ready"},{"name":"b"}])"},
      {"workers", R"("payload":[{"name":"a.0","pool":"a"},{"name":"b.0","pool":"b"}])"}};
  fake_node node{answers};
  BOOST_TEST(node({"ps", "a", "--json"}).out
             == R"({"pools":[{"name":"a","state":"ready"}],)"
                R"("workers":[{"name":"a.0","pool":"a"}]})"
                "\n");
  fake_node second{answers};
  auto r = second({"ps"});
  BOOST_TEST(r.status == 0);
  BOOST_TEST(contains(r.out, "\na     ready"));
  BOOST_TEST(contains(r.out, "\n\nWORKER"));
  fake_node third{answers};
  auto none = third({"ps", "c"});
  BOOST_TEST(none.status == 1);
  BOOST_TEST(none.err == "pool_not_found: no pool named c\n");
}

BOOST_AUTO_TEST_CASE(restart_and_stop_say_how_many_it_was) {
  fake_node node{{{"restart", R"("payload":{"restarted":2})"}}};
  BOOST_TEST(node({"restart", "echo"}).out == "echo: restarted 2 workers\n");
  BOOST_TEST(contains(node.lines.at(0), R"("payload":{"name":"echo"})"));
  fake_node one{{{"stop", R"("payload":{"stopped":1})"}}};
  BOOST_TEST(one({"stop", "echo.0"}).out == "echo.0: stopped 1 worker\n");
  fake_node all{{{"shutdown", R"("payload":{"stopping":true})"}}};
  BOOST_TEST(all({"stop", "--json"}).out == "{\"stopping\":true}\n");
}

BOOST_AUTO_TEST_CASE(all_pools_can_be_restarted_and_reloaded) {
  fake_node node{{{"restart", R"("payload":{"restarted":3})"}}};
  BOOST_TEST(node({"restart", "--all"}).out == "all pools: restarted 3 workers\n");
  BOOST_TEST(contains(node.lines.at(0), R"("payload":{"all":true})"));
  fake_node other{{{"reload", R"("payload":{"added":[],"changed":["a"],"removed":[],)"
                              R"("unchanged":[],"replaced":{"b":2}})"}}};
  BOOST_TEST(other({"reload", "--all"}).out == "changed: a\nb: replaced 2 workers\n");
  BOOST_TEST(contains(other.lines.at(0), R"("payload":{"all":true})"));
}

BOOST_AUTO_TEST_CASE(a_reload_that_found_nothing_new_says_what_it_did_not_look_at) {
  fake_node node{{{"reload", R"("payload":{"added":[],"changed":[],"removed":[],)"
                             R"("unchanged":["a","b"]})"}}};
  auto r = node({"reload"});
  BOOST_TEST(r.status == 0);
  BOOST_TEST(contains(r.out, "unchanged: a, b\n"));
  BOOST_TEST(contains(r.out, "no pool has changed, and no worker was replaced"));
  BOOST_TEST(contains(r.out, "troupe reload --all"));
}

BOOST_AUTO_TEST_CASE(a_reload_names_the_tables_that_wait_for_a_restart) {
  using row = std::pair<std::vector<std::string>, std::string>;
  for (auto& [command, answer] :
       {row{{"reload"}, R"("added":[],"changed":["a"],"removed":[],"unchanged":[])"},
        row{{"reload", "a"}, R"("name":"a","replaced":1)"}}) {
    fake_node node{{{"reload", "\"payload\":{" + answer
                                   + R"(,"wait_for_restart":["node","http"]})"}}};
    auto r = node(command);
    BOOST_TEST(r.status == 0);
    BOOST_TEST(
        r.out.ends_with("\nwhat changed in these tables waits for a restart of the "
                        "node: node, http\n"),
        r.out);
  }
}

BOOST_AUTO_TEST_CASE(an_error_shows_what_the_worker_wrote_last) {
  std::string error =
      R"("error":{"code":"worker_died","message":"e.0 exited with code 1",)"
      R"("stderr":["Traceback:","\tboom\u001b[2J"]})";
  fake_node node{{{"up", error}}};
  auto r = node({"call", "echo", "up"});
  BOOST_TEST(r.err
             == "worker_died: e.0 exited with code 1\n"
                "  the end of its stderr:\n"
                "    Traceback:\n"
                "    \tboom\\x1b[2J\n");
  fake_node reload{{{"reload", R"("error":{"code":"handshake_failed","message":"m",)"
                               R"("failed":{"a":{"code":"x","stderr":["why"]}}})"}}};
  BOOST_TEST(contains(reload({"reload"}).err,
                      "  the end of a: the worker's stderr:\n    why\n"));
  fake_node down{{{"up", R"("error":{"code":"unavailable","message":"m",)"
                         R"("cause":{"code":"worker_died","stderr":["why"]}})"}}};
  BOOST_TEST(contains(down({"call", "echo", "up"}).err, "    why\n"));
}

BOOST_AUTO_TEST_CASE(text_of_workers_steers_no_terminal) {
  fake_node node{{{"up", "\"error\":{\"code\":\"worker_error\","
                         "\"message\":\"a\\u001b[2J\\nforged\xC2\x9B\"}"}}};
  BOOST_TEST(node({"call", "echo", "up"}).err
             == "worker_error: a\\x1b[2J\\nforged\\u009b\n");
  fake_node logs{
      {{"log", R"("payload":{"lines":["\u001b]0;t\u0007","a\tb"],"earlier":0})"}}};
  BOOST_TEST(logs({"logs", "e.0"}).out == "\\x1b]0;t\\x07\na\tb\n");
  fake_node data{{{"up", "\"payload\":\"\xC2\x9B\""}}};
  BOOST_TEST(data({"call", "echo", "up"}).out == "\"\xC2\x9B\"\n"); // no terminal: data
}

BOOST_AUTO_TEST_CASE(logs_prints_the_lines_and_where_a_worker_ended) {
  fake_node node{{{"log", R"("payload":{"lines":["one \"two\"",""]})"}}};
  BOOST_TEST(node({"logs", "echo.0"}).out == "one \"two\"\n\n");
  fake_node after{{{"log", R"("payload":{"lines":["a","b","c"],"earlier":2})"}}};
  auto r = after({"logs", "echo.0"});
  BOOST_TEST(r.out.starts_with("a\nb\n-- "));
  BOOST_TEST(r.out.ends_with(" --\nc\n"));
  fake_node few{{{"log", R"("payload":{"lines":["a","b","c"],"earlier":0})"}}};
  BOOST_TEST(few({"logs", "echo.0", "-n", "2"}).out == "b\nc\n");
  fake_node pool{
      {{"log", R"("payload":{"workers":[{"name":"e.0","lines":["a"],"earlier":0},)"
               R"({"name":"e.1","lines":["b"],"earlier":1}]})"}}};
  auto all = pool({"logs", "e"});
  BOOST_TEST(all.out.starts_with("==> e.0 <==\na\n==> e.1 <==\nb\n-- "));
}

BOOST_AUTO_TEST_CASE(what_is_no_terminal_is_sent_nothing_for_one) {
  for (auto& command : std::vector<std::vector<std::string>>{{"dump", "echo"}}) {
    fake_node node{{{"terminal", R"("error":{"code":"not_a_terminal","message":"no"})"}}};
    auto r = node(command);
    BOOST_TEST(r.status == 1);
    BOOST_TEST(r.err == "not_a_terminal: no\n");
    BOOST_TEST(node.lines.size() == 1u);
  }
}

BOOST_AUTO_TEST_CASE(events_asks_for_what_follows_until_the_node_is_gone) {
  temporary_folder folder;
  std::vector<std::string> lines;
  server node{folder.path / "s", [&](peer& p) {
                lines.push_back(p.read_line());
                p.write(R"({"request_id":"1","payload":{"events":[)"
                        R"({"seq":5,"kind":"gap","from":1,"to":5},)"
                        R"({"seq":6,"time":"T","kind":"a"},)"
                        R"({"seq":7,"time":"T","kind":"b"}],"next":7}})"
                        "\n");
                lines.push_back(p.read_line());
              }};
  auto r = run({"events", "--since", "0", "--kinds", "b,c", "--node",
                (folder.path / "s").string()});
  node.stop();
  BOOST_TEST(r.status == 1);
  BOOST_TEST(r.out == "- gap seq=5 from=1 to=5\nT b seq=7\n");
  BOOST_TEST(r.err.starts_with("node_down: "));
  BOOST_TEST(contains(lines.at(0), R"("payload":{"since":0,"kinds":["b","c"]})"));
  BOOST_TEST(contains(lines.at(1), R"("payload":{"since":7,"kinds":["b","c"]})"));
}

BOOST_AUTO_TEST_CASE(an_empty_name_does_not_stand_for_everything) {
  for (auto command : {"stop", "reload", "ps", "restart", "drain", "logs", "dump"}) {
    auto r = run({command, "", "--node", "/no/such/socket"});
    BOOST_TEST(r.status == 2, command);
    BOOST_TEST(contains(r.err, "expected a name, not an empty text"), r.err);
  }
  for (auto& words : {std::vector<std::string>{"ps", "--node", ""}, {"--node", "", "ps"}})
    BOOST_TEST(run(words).status == 2);
}

BOOST_AUTO_TEST_CASE(a_number_that_is_none_is_told_in_a_few_words) {
  auto r = run({"events", "--since", "-1"});
  BOOST_TEST(r.status == 2);
  BOOST_TEST(r.err.starts_with("--since: expected a whole number from 0, not '-1'"),
             r.err);
  BOOST_TEST(run({"logs", "a", "-n", "-1"}).status == 2);
  using row = std::pair<std::vector<std::string>, std::string>;
  for (auto& [command, mistake] :
       {row{{"scale", "a", "-1"}, "SIZE: expected a whole number from 0, not '-1'"},
        row{{"scale", "a", "010"}, "SIZE: expected a whole number from 0, not '010'"},
        row{{"scale", "a", "1e3"}, "SIZE: expected a whole number from 0, not '1e3'"},
        row{{"dump", "a", "--scrollback", "x"},
            "--scrollback: expected a whole number from 0, not 'x'"},
        row{{"call", "a", "k", "--priority", "11"},
            "--priority: expected a whole number from -10 to 10, not '11'"},
        row{{"calls", "--limit", "0"},
            "--limit: expected a whole number from 1 to 1000, not '0'"},
        row{{"calls", "--older", "x\x1b"},
            "--older: expected a duration such as 250ms, 5s or 2m, not 'x\\x1b'"}}) {
    auto wrong = run(command);
    BOOST_TEST(wrong.status == 2);
    BOOST_TEST(wrong.err.starts_with(mistake), wrong.err);
  }
}

BOOST_AUTO_TEST_CASE(check_names_every_mistake) {
  temporary_folder folder;
  auto good = folder.write("good.toml", "[pool.a]\ncommand = [\"sh\"]\n");
  auto bad = folder.write("bad.toml", "[pool.a]\ncommand = 3\nsise = 1\n");
  auto r = run({"check", "-c", good});
  BOOST_TEST(r.status == 0);
  BOOST_TEST(r.out == good + ": ok, 1 pool\n");
  auto more = folder.write("more.toml", "[pool.a]\ncommand = [\"sh\"]\n"
                                        "[operation.o]\nbehaviour = \"support\"\n");
  BOOST_TEST(run({"check", "-c", more}).out == more + ": ok, 1 pool, 1 operation\n");
  BOOST_TEST(run({"check", "-c", good, "--json"}).out
             == "{\"ok\":true,\"mistakes\":[],\"warnings\":[]}\n");
  auto wrong = run({"check", "-c", bad, "--set", "pool.a.size=0"});
  BOOST_TEST(wrong.status == 1);
  BOOST_TEST(wrong.out == "");
  BOOST_TEST(contains(wrong.err, bad + ":2: pool.a.command: "));
  BOOST_TEST(contains(wrong.err, bad + ":3: pool.a.sise: "));
  BOOST_TEST(contains(wrong.err, "--set: pool.a.size: "));
  auto json = run({"check", "-c", bad, "--json"});
  BOOST_TEST(json.status == 1);
  BOOST_TEST(json.out.starts_with(R"({"ok":false,"mistakes":[{"file":)"));
  BOOST_TEST(run({"check", "-c", "/none.toml"}).status == 1);
}

BOOST_AUTO_TEST_CASE(check_warns_of_a_program_or_a_folder_that_is_not_there) {
  temporary_folder folder;
  auto file = folder.write("t.toml", "[pool.a]\ncommand = [\"no-such-program\"]\n"
                                     "[pool.b]\ncommand = [\"sh\"]\ncwd = \"none\"\n"
                                     "[pool.c]\ncommand = [\"./none.py\"]\n"
                                     "[pool.d]\ncommand = [\"sh\"]\n");
  auto r = run({"check", "-c", file});
  BOOST_TEST(r.status == 0);
  BOOST_TEST(r.out == file + ": ok, 4 pools\n");
  BOOST_TEST(contains(r.err, ": pool.a.command: warning: "));
  BOOST_TEST(contains(r.err, ": pool.b.cwd: warning: "));
  BOOST_TEST(contains(r.err, ": pool.c.command: warning: "));
  BOOST_TEST(!contains(r.err, "pool.d"));
}

BOOST_AUTO_TEST_CASE(check_tells_the_pools_of_other_nodes) {
  temporary_folder folder;
  auto file = folder.write("t.toml", "[node]\nname = \"alpha\"\n"
                                     "[pool.a]\ncommand = [\"sh\"]\n"
                                     "[pool.b]\ncommand = [\"sh\"]\non = [\"alpa\"]\n");
  auto r = run({"check", "-c", file});
  BOOST_TEST(r.status == 0);
  BOOST_TEST(r.out == file + ": ok, 1 pool at node alpha, 1 at others (pool.NAME.on)\n");
}

BOOST_AUTO_TEST_CASE(check_warns_of_certificates_that_a_node_would_refuse) {
  temporary_folder folder;
  folder.write("none.pem", "not PEM\n");
  auto file = folder.write(
      "t.toml", "[cluster]\nlisten = \"127.0.0.1:0\"\n"
                "tls = { cert = \"none.pem\", key = \"none.pem\", ca = \"none.pem\" }\n"
                "[pool.a]\ncommand = [\"sh\"]\n");
  auto r = run({"check", "-c", file});
  BOOST_TEST(r.status == 0);
  BOOST_TEST(contains(r.err, ": cluster.tls: warning: "));
  BOOST_TEST(contains(r.err, "none.pem"));
}

BOOST_AUTO_TEST_CASE(check_warns_of_certificates_that_peers_would_refuse) {
  troupe::testing::authority ours;
  troupe::testing::authority foreign{"Other CA"};
  troupe::testing::certificate_folder folder;
  folder.write("ca.crt", ours.certificate());
  auto file = folder.write(
      "t.toml", "[node]\nname = \"alpha\"\n[cluster]\nlisten = \"127.0.0.1:0\"\n"
                "tls = { cert = \"own.crt\", key = \"own.key\", ca = \"ca.crt\" }\n"
                "[pool.a]\ncommand = [\"sh\"]\n");
  auto warning = [&](const troupe::testing::authority& by, const std::string& node) {
    folder.write("own", by.issue({.dns_names = {node}}));
    auto r = run({"check", "-c", file.string()});
    BOOST_TEST(r.status == 0);
    return r.err;
  };
  BOOST_TEST(warning(ours, "alpha") == "");
  const std::string begin = ": cluster.tls: warning: peers would refuse this node: ";
  auto told = warning(ours, "beta");
  BOOST_TEST(contains(told, begin + "wrong_name: the certificate is of beta"), told);
  told = warning(foreign, "alpha");
  BOOST_TEST(contains(told, begin + "foreign_certificate: "), told);
}

BOOST_AUTO_TEST_CASE(check_warns_of_secrets_that_other_users_may_read) {
  using std::filesystem::perms;
  temporary_folder folder;
  auto file = folder.write("t.toml", "[http]\napi_key = \"k\"\n");
  std::filesystem::permissions(file, perms{0644});
  auto r = run({"check", "-c", file});
  BOOST_TEST(r.status == 0);
  BOOST_TEST(contains(r.err, file + ": http.api_key: warning: '" + file + "' "), r.err);
  BOOST_TEST(contains(r.err, "mode 0644"), r.err);
  BOOST_TEST(contains(r.err, "chmod 600"), r.err);
  BOOST_TEST(
      contains(run({"check", "-c", file, "--json"}).out, R"("warnings":[{"file":)"));
  std::filesystem::permissions(file, perms{0600});
  BOOST_TEST(run({"check", "-c", file}).err == "");
}

BOOST_AUTO_TEST_CASE(check_takes_troupe_toml_where_no_file_is_named) {
  temporary_folder folder;
  auto before = std::filesystem::current_path();
  std::filesystem::current_path(folder.path);
  auto none = run({"check"});
  BOOST_TEST(none.status == 2);
  BOOST_TEST(contains(none.err, "/troupe.toml; name a file with -c FILE\n"));
  folder.write("troupe.toml", "[pool.a]\ncommand = [\"sh\"]\n");
  auto r = run({"check"});
  std::filesystem::current_path(before);
  BOOST_TEST(r.status == 0);
  BOOST_TEST(r.out == "troupe.toml: ok, 1 pool\n");
}

BOOST_AUTO_TEST_SUITE_END()
