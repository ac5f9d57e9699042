#include "protocol/wires/session_lines.hpp"

#include "protocol/base/json_text.hpp"
#include "tests/protocol/speller.hpp"
#include "tests/protocol/support.hpp"

#include <cstring>

using namespace troupe;
using namespace troupe::wires;
using namespace std::chrono_literals;

namespace session_wire {

const std::string handshake_sent =
    R"({"ok":true,"data":{"kind":"handshake","version":"1.2.3"},"error":null})"
    "\n";
const std::string empty =
    R"({"ok":true,"data":{"kind":"status","has_session":false,"session_id":null},"error":null})"
    "\n";
const std::string holding =
    R"({"ok":true,"data":{"kind":"status","has_session":true,"session_id":"s-9"},"error":null})"
    "\n";
const std::string look = "{\"op\":\"status\"}\n";

/// Returns the answer to a run or a response.
std::string fed(const std::string& result, const std::string& session = "\"s-1\"") {
  return R"({"ok":true,"data":{"kind":"feed","session_id":)" + session
         + ",\"feed_result\":" + result + "},\"error\":null}\n";
}

const auto asked = fed(R"({"Paused":{"queries":[{"id":"q0"},{"id":"q1"}]}})");
const auto accepted = fed(R"({"Accepted":{"remaining":1}})");
const auto finished = fed(R"({"Finished":{"state":"Completed","metrics":{"n":2}}})");

struct fixture {
  explicit fixture(size_t most = 1000)
    : w(most) {}

  std::vector<std::string> feed(std::string_view bytes) {
    std::vector<wire_frame> found;
    w.feed(shared_bytes{std::string{bytes}}, found);
    std::vector<std::string> out;
    for (auto& f : found) {
      out.push_back(std::visit(test::speller{}, f));
      if (auto a = std::get_if<frame::answer>(&f))
        last = a->step;
    }
    return out;
  }
  std::string feed_one(std::string_view bytes) {
    auto found = feed(bytes);
    BOOST_TEST_REQUIRE(found.size() == 1u, bytes);
    return found.front();
  }
  std::string send_handshake(const std::string& version, bool compatible = false) {
    std::string out;
    w.send_handshake(out, {"n", "p", "p.0", 1, 7, version, compatible});
    return out;
  }
  /// Brings it so far that it takes calls.
  void begin(const std::string& status = empty) {
    send_handshake("1.2.3");
    feed(handshake_sent);
    BOOST_TEST(feed_one(status) == "ready /1.2.3 window=1");
  }
  std::string call(std::string_view kind, std::string_view payload, slot_id id = {0, 1}) {
    std::string out;
    auto sent = w.send_call(out, id, kind, payload, 1s);
    BOOST_TEST(out.empty() == !sent);
    return sent ? out : to_string(sent.error().what) + ": " + sent.error().message;
  }
  /// Has a session begun that asks two questions.
  void pause() {
    call("run", R"({"code":"x"})");
    BOOST_TEST(feed_one(asked) == R"(paused 0.1 {"queries":[{"id":"q0"},{"id":"q1"}]})");
  }

  session_lines w;
  step_result last = step_result::done;
};

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

} // namespace session_wire

BOOST_FIXTURE_TEST_SUITE(session_wire, fixture)

BOOST_AUTO_TEST_CASE(the_node_asks_for_the_version_and_then_for_a_session_in_the_worker) {
  BOOST_TEST(send_handshake("1.2.3") == "{\"op\":\"handshake\",\"version\":\"1.2.3\"}\n");
  BOOST_TEST(feed_one(handshake_sent) == "reply " + look);
  BOOST_TEST(feed_one(empty) == "ready /1.2.3 window=1");
}

BOOST_AUTO_TEST_CASE(another_version_is_refused_by_both_names) {
  send_handshake("1.2.4");
  BOOST_TEST(
      feed_one(handshake_sent)
      == "refused version_mismatch: the worker is of version 1.2.3, this node wants"
         " 1.2.4");
  BOOST_TEST(feed(empty).empty());
}

BOOST_AUTO_TEST_CASE(a_compatible_version_will_do_where_that_is_wished) {
  send_handshake("1.1.0", true);
  BOOST_TEST(feed_one(handshake_sent) == "reply " + look);
  fixture exact;
  exact.send_handshake("1.1.0");
  BOOST_TEST(exact.feed_one(handshake_sent).starts_with("refused version_mismatch"));
  fixture newer;
  newer.send_handshake("1.3.0", true);
  BOOST_TEST(
      newer.feed_one(handshake_sent)
      == "refused version_mismatch: the worker is of version 1.2.3, this node wants"
         " ^1.3.0");
}

BOOST_AUTO_TEST_CASE(a_refused_handshake_tells_the_workers_reason) {
  send_handshake("1.2.3");
  BOOST_TEST(feed_one(R"({"ok":false,"data":null,"error":"too old"})"
                      "\n")
             == "refused handshake_failed: the worker refused the handshake: too old");
}

BOOST_AUTO_TEST_CASE(garbage_for_a_handshake_is_shown) {
  for (auto line :
       {"Usage: worker [-h]\n", "[]\n", "{}\n", "{\"ok\":1}\n", "{\"ok\":true}\n",
        "{\"ok\":true,\"data\":5}\n", "{\"ok\":true,\"data\":{\"version\":7}}\n"}) {
    fixture f;
    f.send_handshake("1");
    auto text = f.feed_one(line);
    BOOST_TEST(text.starts_with("refused handshake_failed: "), text);
    BOOST_TEST(has(text, std::string{line, std::strlen(line) - 1}), text);
  }
}

BOOST_AUTO_TEST_CASE(a_worker_that_will_not_say_whether_it_has_a_session_has_none) {
  begin("{\"ok\":false,\"error\":\"unknown op\"}\n");
  BOOST_TEST(call("continue", R"({"response":"x"})").starts_with("conflict: "));
}

BOOST_AUTO_TEST_CASE(a_run_carries_what_it_was_given_and_no_op_of_its_own) {
  begin();
  BOOST_TEST(call("run", "{\"code\":\"return\\n1\",\n \"op\":\"x\",\"ctx\":{\"a\":[1]},"
                         "\"session_id\":\"mine\",\"lib_paths\":[\"p\"]}")
             == "{\"op\":\"run\",\"code\":\"return\\n1\",\"ctx\":{\"a\":[1]},\"lib_"
                "paths\":[\"p\"]}\n");
}

BOOST_AUTO_TEST_CASE(a_worker_that_asks_pauses_the_session) {
  begin();
  pause();
  BOOST_TEST((last == step_result::paused));
}

BOOST_AUTO_TEST_CASE(a_worker_that_is_through_says_how_it_ended) {
  begin();
  call("run", "{}");
  BOOST_TEST(feed_one(finished)
             == R"(concluded 0.1 {"state":"Completed","metrics":{"n":2}})");
  BOOST_TEST((last == step_result::concluded));
  // What comes to an end cannot be continued.
  BOOST_TEST(call("continue", R"({"response":"x"})").starts_with("conflict: "));
}

BOOST_AUTO_TEST_CASE(a_response_goes_out_under_the_workers_own_name_for_the_session) {
  begin();
  pause();
  BOOST_TEST(
      call("continue",
           R"({"session_id":"the node's","responses":[{"response":"r",)"
           R"("query_id":"q0","usage":{"n":1}}]})",
           {0, 2})
      == "{\"op\":\"continue\",\"sid\":\"s-1\",\"response\":\"r\",\"query_id\":\"q0\","
         "\"usage\":{\"n\":1}}\n");
  BOOST_TEST(feed_one(finished).starts_with("concluded 0.2 "));
}

BOOST_AUTO_TEST_CASE(a_response_may_stand_by_itself) {
  begin();
  pause();
  BOOST_TEST(call("continue", R"({"response":"r"})")
             == "{\"op\":\"continue\",\"sid\":\"s-1\",\"response\":\"r\"}\n");
}

BOOST_AUTO_TEST_CASE(a_session_of_another_node_is_continued_by_its_name) {
  begin(holding);
  BOOST_TEST(call("continue", R"({"response":"r"})")
             == "{\"op\":\"continue\",\"sid\":\"s-9\",\"response\":\"r\"}\n");
}

BOOST_AUTO_TEST_CASE(each_response_waits_until_the_one_before_is_accepted) {
  begin();
  pause();
  auto line = [](int n) {
    return "{\"op\":\"continue\",\"sid\":\"s-1\",\"response\":\"r" + std::to_string(n)
           + "\",\"query_id\":\"q" + std::to_string(n) + "\"}\n";
  };
  BOOST_TEST(call("continue",
                  R"({"responses":[{"response":"r0","query_id":"q0"},)"
                  R"({"response":"r1","query_id":"q1"},)"
                  R"({"response":"r2","query_id":"q2"}]})",
                  {0, 2})
             == line(0));
  BOOST_TEST(feed_one(accepted) == "reply " + line(1));
  BOOST_TEST(feed_one(accepted) == "reply " + line(2));
  BOOST_TEST(feed_one(finished).starts_with("concluded 0.2 {\"state\""));
}

BOOST_AUTO_TEST_CASE(
    an_answer_before_the_last_response_settles_and_the_rest_is_not_sent) {
  begin();
  pause();
  call("continue", R"({"responses":[{"response":"a"},{"response":"b"}]})", {0, 2});
  BOOST_TEST(feed_one(asked).starts_with("paused 0.2 {\"queries\""));
  call("continue", R"({"response":"c"})", {0, 3});
  auto text = feed_one(accepted);
  BOOST_TEST(text.starts_with("answer 0.3 {\"code\":\"worker_error\""), text);
  BOOST_TEST(has(text, "waits for more"), text);
}

BOOST_AUTO_TEST_CASE(
    a_session_of_the_node_that_refuses_an_answer_takes_its_worker_with_it) {
  begin();
  pause();
  call("continue", R"({"session_id":"s","responses":[{"response":"a"}]})", {0, 2});
  auto found = feed(R"({"ok":false,"data":null,"error":"no"})"
                    "\n");
  BOOST_TEST_REQUIRE(found.size() == 2u);
  BOOST_TEST(found[0].starts_with("answer 0.2 {\"code\":\"worker_error\""));
  BOOST_TEST(found[1] == "retire 0.2");
}

BOOST_AUTO_TEST_CASE(a_failure_is_the_workers_and_the_next_call_is_taken) {
  begin();
  for (auto [error, message] : {std::pair{"\"boom\"", "boom"},
                                {"null", "the worker gave no reason"},
                                {"{\"a\":1}", R"({\"a\":1})"}}) {
    call("run", "{}");
    auto text =
        feed_one(R"({"ok":false,"data":null,"error":)" + std::string{error} + "}\n");
    BOOST_TEST(text.starts_with(R"(answer 0.1 {"code":"worker_error","message":")"
                                + std::string{message} + '"'),
               text);
    BOOST_TEST(has(text, R"("worker_code":"session")"), text);
  }
  BOOST_TEST(call("status", "null") == look);
  BOOST_TEST(feed_one(R"({"ok":true,"data":{"kind":"status"},"later":[]})"
                      "\n")
             == R"(answer 0.1 {"kind":"status"})");
  BOOST_TEST((last == step_result::done));
}

BOOST_AUTO_TEST_CASE(an_answer_that_is_no_feed_is_a_protocol_error) {
  begin();
  for (auto data :
       {"null", "5", "{}", R"({"feed_result":"Paused"})",
        R"({"feed_result":{"Other":{}}})", R"({"feed_result":{"Paused":[]}})"}) {
    call("run", "{}");
    auto text = feed_one(R"({"ok":true,"data":)" + std::string{data} + "}\n");
    BOOST_TEST(text.starts_with(R"(answer 0.1 {"code":"protocol_error")"), text);
  }
}

BOOST_AUTO_TEST_CASE(a_call_that_cannot_be_carried_says_why) {
  begin();
  BOOST_TEST(
      call("upper", "{}")
      == "bad_request: kind: a session's worker knows run, continue and status, not"
         " \"upper\"");
  BOOST_TEST(call("shutdown", "{}").starts_with("bad_request: kind: "));
  BOOST_TEST(
      call("run", "null").starts_with("bad_request: payload: run wants an object"));
  BOOST_TEST(call("continue", "[]").starts_with("bad_request: payload: continue wants"));
  BOOST_TEST(call("continue", R"({"response":"x"})").starts_with("conflict: "));
  pause();
  for (auto payload :
       {"{}", R"({"query_id":"q"})", R"({"responses":5})", R"({"responses":[]})",
        R"({"responses":["x"]})", R"({"responses":[{"response":"x"},{}]})"})
    BOOST_TEST(call("continue", payload).starts_with("bad_request: payload: "), payload);
  BOOST_TEST(call("continue", R"({"responses":[{"response":"x"},{}]})")
             == "bad_request: payload: responses: 1: expected an object with response");
  // None of these left anything behind.
  BOOST_TEST(call("continue", R"({"response":"x"})").starts_with("{\"op\":\"continue\""));
  BOOST_TEST(feed_one(finished).starts_with("concluded 0.1 "));
}

BOOST_AUTO_TEST_CASE(a_second_call_is_not_sent_while_an_answer_is_due) {
  begin();
  call("run", "{}", {0, 1});
  BOOST_TEST(call("status", "null", {0, 2}).starts_with("busy: "));
  BOOST_TEST(feed_one(finished).starts_with("concluded 0.1 "));
}

BOOST_AUTO_TEST_CASE(an_answer_that_nobody_asked_for_loses_the_conversation) {
  begin();
  BOOST_TEST(feed_one(finished) == "broken an answer came that no call waited for");
  // It cannot be told from that of the next call.
  call("run", "{}");
  BOOST_TEST(feed(finished).empty());
}

BOOST_AUTO_TEST_CASE(a_line_that_is_no_answer_is_stray_while_nothing_is_asked) {
  for (auto line : {"garbage\n", "[]\n", "{\"data\":1}\n", "{\"ok\":\"yes\"}\n", "5\n"}) {
    fixture f;
    f.begin();
    BOOST_TEST(f.feed_one(line).starts_with("stray "), line);
    BOOST_TEST(f.feed_one("\n  \n") == "nothing 2");
    f.call("run", "{}");
    // Whether the answer is still to come is anybody's guess.
    auto shown = std::string(line, std::strlen(line) - 1);
    BOOST_TEST(f.feed_one(line) == "broken the worker answered with '" + shown + "'");
    BOOST_TEST(f.feed(finished).empty());
  }
}

BOOST_AUTO_TEST_CASE(the_longest_line_passes_and_one_byte_more_does_not) {
  begin();
  auto of = [](size_t size) {
    auto rest = fed(R"({"Finished":{"x":""}})").size() - 1;
    return fed(R"({"Finished":{"x":")" + std::string(size - rest, 'm') + "\"}}");
  };
  call("run", "{}");
  BOOST_TEST(feed_one(of(1000)).starts_with("concluded 0.1 "));
  call("run", "{}");
  BOOST_TEST(feed_one(of(1001)) == "broken a line is longer than max_frame");
  BOOST_TEST(feed(finished).empty());
}

BOOST_AUTO_TEST_CASE(any_chunking_gives_the_same_frames) {
  // All that a worker says in a session, but for what the node says in between: it is
  // said when the frame before it is there.
  auto read = [](const std::vector<std::string>& pieces) {
    fixture f;
    f.send_handshake("1.2.3");
    std::vector<std::string> out;
    for (auto& p : pieces)
      for (auto& spelled : f.feed(p))
        out.push_back(spelled);
    return out;
  };
  auto bytes = handshake_sent + holding;
  test::for_each_cut(bytes, [&](const std::vector<std::string>& pieces) {
    auto found = read(pieces);
    BOOST_TEST_REQUIRE(found.size() == 2u);
    BOOST_TEST(found[1] == "ready /1.2.3 window=1");
  });
  auto answers = accepted + accepted + asked + "stray\n";
  test::for_each_cut(answers, [&](const std::vector<std::string>& pieces) {
    fixture f;
    f.begin(holding);
    f.call("continue", R"({"responses":[{"response":1},{"response":2},{"response":3}]})");
    std::vector<std::string> out;
    for (auto& p : pieces)
      for (auto& spelled : f.feed(p))
        out.push_back(spelled);
    BOOST_TEST_REQUIRE(out.size() == 4u);
    BOOST_TEST(out[3] == "stray stray");
    BOOST_TEST(out[2] == R"(paused 0.1 {"queries":[{"id":"q0"},{"id":"q1"}]})");
  });
}

BOOST_AUTO_TEST_CASE(a_worker_is_told_to_stop_and_its_socket_is_shut) {
  std::string out;
  w.send_stop(out, "reason", 1s);
  BOOST_TEST(out == "{\"op\":\"shutdown\"}\n");
  BOOST_TEST(w.stop_closes_input());
}

BOOST_AUTO_TEST_CASE(its_row_says_that_the_child_listens_and_takes_one_call) {
  auto known = built_in_wires();
  auto row = known.find("session");
  BOOST_TEST_REQUIRE(row);
  BOOST_TEST(row->traits.child_listens);
  BOOST_TEST(row->traits.most_window == 1u);
}

BOOST_AUTO_TEST_SUITE_END()
