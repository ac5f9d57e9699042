#include "protocol/base/event_batch.hpp"
#include "protocol/base/json_text.hpp"
#include "tests/broker/front/mcp/support_mcp.hpp"
#include "tests/protocol/support.hpp"

#include <array>

using namespace troupe;
using namespace troupe::front;
using namespace troupe::front::mcp;
using namespace troupe::testing;

namespace mcp_endpoint {

struct fixture {
  /// Begins a session and returns its id.
  std::string begin() {
    mcp_exchange e{own,
                   "POST",
                   {{"Accept", "application/json, text/event-stream"}},
                   R"({"jsonrpc":"2.0","id":0,"method":"initialize","params":{"a":1}})"};
    BOOST_TEST(e.answer.to == "mcp");
    BOOST_TEST(e.answer.what.kind.view() == "initialize");
    BOOST_TEST(e.answer.what.payload.view() == R"({"a":1})");
    e.ends(R"({"serverInfo":{}})");
    BOOST_TEST(e.status() == 200u);
    BOOST_TEST(e.answer.body == R"({"jsonrpc":"2.0","id":0,"result":{"serverInfo":{}}})");
    return e.answer.header("Mcp-Session-Id");
  }
  mcp_exchange post(const std::string& session, const std::string& body,
                    const std::string& accept = "application/json, text/event-stream") {
    return {own, "POST", {{"Mcp-Session-Id", session}, {"Accept", accept}}, body};
  }

  endpoint own{front_config(), "alpha"};
};

} // namespace mcp_endpoint

BOOST_FIXTURE_TEST_SUITE(mcp_endpoint, fixture)

BOOST_AUTO_TEST_CASE(a_session_begins_with_initialize_and_is_known_to_every_node) {
  auto id = begin();
  BOOST_TEST(id.size() == 48u);
  BOOST_TEST(begin() != id);
  endpoint other{front_config(), "beta"};
  mcp_exchange e{other,
                 "POST",
                 {{"Mcp-Session-Id", id}},
                 R"({"jsonrpc":"2.0","id":"p","method":"ping"})"};
  BOOST_TEST(e.status() == 200u);
  BOOST_TEST(e.answer.body == R"({"jsonrpc":"2.0","id":"p","result":{}})");
}

BOOST_AUTO_TEST_CASE(a_session_that_is_not_known_is_not_found) {
  constexpr auto list = R"({"jsonrpc":"2.0","id":7,"method":"tools/list"})";
  for (auto id : {std::string{"nope"}, std::string(48, '0'), std::string(10'000, 'a')}) {
    auto e = post(id, list);
    BOOST_TEST(e.status() == 404u);
    BOOST_TEST(e.answer.body.find(R"("id":7,"error":{"code":-32001)")
               != std::string::npos);
  }
  mcp_exchange none{own, "POST", {}, list};
  BOOST_TEST(none.status() == 400u);
  auto id = begin();
  mcp_exchange end{own, "DELETE", {{"Mcp-Session-Id", id}}};
  BOOST_TEST(end.status() == 204u);
  BOOST_TEST(post(id, list).status() == 404u);
  // A stale one does not keep a client from beginning anew.
  auto again = post(id, R"({"jsonrpc":"2.0","id":1,"method":"initialize"})");
  again.ends("{}");
  BOOST_TEST(again.status() == 200u);
  BOOST_TEST(!again.answer.header("Mcp-Session-Id").empty());
}

BOOST_AUTO_TEST_CASE(a_request_is_a_call_and_its_result_the_answer) {
  auto id = begin();
  auto e =
      post(id, R"({"jsonrpc":"2.0","id":3,"method":"tools/call","params":{"name":"x"}})");
  BOOST_TEST(e.answer.what.kind.view() == "tools/call");
  BOOST_TEST(e.answer.what.payload.view() == R"({"name":"x"})");
  BOOST_TEST(e.answer.what.key == id);
  BOOST_TEST(!e.answer.what.stream);
  e.ends("{\"a\":1}");
  BOOST_TEST(e.answer.header("Content-Type") == "application/json");
  BOOST_TEST(e.answer.body == R"({"jsonrpc":"2.0","id":3,"result":{"a":1}})");
}

BOOST_AUTO_TEST_CASE(errors_are_those_of_json_rpc) {
  auto id = begin();
  constexpr auto list = R"({"jsonrpc":"2.0","id":3,"method":"tools/list"})";
  auto refused = post(id, list);
  fault f{code::worker_error, "no such tool"};
  f.details.relayed = R"("worker_code":"-32602","data":[1])";
  refused.fails(f);
  BOOST_TEST(refused.status() == 200u);
  BOOST_TEST(refused.answer.body
             == R"({"jsonrpc":"2.0","id":3,"error":{"code":-32602,)"
                R"("message":"no such tool","data":[1]}})");
  auto busy = post(id, list);
  busy.fails({code::busy, "no room"});
  BOOST_TEST(busy.answer.body.find(
                 R"("error":{"code":-32000,"message":"no room","data":{"code":"busy")")
             != std::string::npos);
}

BOOST_AUTO_TEST_CASE(clients_are_not_told_what_a_server_has_logged) {
  auto id = begin();
  auto e = post(id, R"({"jsonrpc":"2.0","id":3,"method":"tools/list"})");
  fault f{code::worker_died, "worker echo.0 has ended"};
  f.details.worker = worker_facts{"echo.0", 4711, std::vector<std::string>{"a password"}};
  f.details.end = worker_end{end_reason::crash, exited{3}};
  f.details.relayed = R"("stderr":["of another node"])";
  e.fails(f);
  BOOST_TEST(e.answer.body
             == R"({"jsonrpc":"2.0","id":3,"error":{"code":-32000,)"
                R"("message":"worker echo.0 has ended","data":{"code":"worker_died",)"
                R"("message":"worker echo.0 has ended","retryable":true,)"
                R"("reason":"crash","exit_code":3}}})");
}

BOOST_AUTO_TEST_CASE(bodies_that_are_no_message_are_refused) {
  auto id = begin();
  for (auto body : {"", "{", "[1]", "5"}) {
    auto e = post(id, body);
    BOOST_TEST(e.status() == 400u, body);
    BOOST_TEST(json_text::is_valid(e.answer.body));
  }
}

BOOST_AUTO_TEST_CASE(a_message_of_another_form_is_told_which_member_is_wrong) {
  auto id = begin();
  using row = std::array<std::string, 3>;
  for (auto& [message, known_id, mistake] :
       {row{R"({})", "null", R"(jsonrpc: expected \"2.0\")"},
        row{R"({"id":1,"method":"m"})", "1", R"(jsonrpc: expected \"2.0\")"},
        row{R"({"jsonrpc":"1.0","id":"a","method":"m"})", R"("a")",
            R"(jsonrpc: expected \"2.0\")"},
        row{R"({"jsonrpc":2.0,"id":1,"method":"m"})", "1",
            R"(jsonrpc: expected \"2.0\")"},
        row{R"({"jsonrpc":"2.0"})", "null", "method: expected a string"},
        row{R"({"jsonrpc":"2.0","id":1})", "1", "method: expected a string"},
        row{R"({"jsonrpc":"2.0","id":1,"method":5})", "1", "method: expected a string"},
        row{R"({"jsonrpc":"2.0","id":1,"method":null})", "1",
            "method: expected a string"},
        row{R"({"jsonrpc":"2.0","id":[1],"method":"m"})", "null",
            "id: expected a string or a whole number"},
        row{R"({"jsonrpc":"2.0","id":1.5,"method":"m"})", "null",
            "id: expected a string or a whole number"},
        row{R"({"jsonrpc":"2.0","id":null,"method":"m"})", "null",
            "id: expected a string or a whole number"},
        row{R"({"jsonrpc":"2.0","id":true,"result":{}})", "null",
            "id: expected a string or a whole number"},
        row{R"({"jsonrpc":"2.0","id":1,"result":{},"error":{}})", "1",
            "result, error: expected one of them, not both"},
        row{R"({"jsonrpc":"2.0","id":1,"error":"no"})", "1", "error: expected an object"},
        row{R"({"jsonrpc":"2.0","id":1,"method":"m","params":5})", "1",
            "params: expected an object or an array"}}) {
    auto e = post(id, message);
    BOOST_TEST(e.status() == 400u, message);
    BOOST_TEST(e.answer.body
               == R"({"jsonrpc":"2.0","id":)" + known_id
                      + R"(,"error":{"code":-32600,"message":")" + mistake + "\"}}");
  }
  BOOST_TEST(post(id, "{").answer.body.find("\"code\":-32700") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(messages_of_every_lawful_form_are_taken) {
  auto id = begin();
  for (auto number : {"0", "-7", "98765432109876543210", "1.0", "\"\""}) {
    auto e = post(id, R"({"jsonrpc":"2.0","id":)" + std::string{number}
                          + R"(,"method":"m","params":null})");
    e.ends("5");
    BOOST_TEST(e.answer.body
               == R"({"jsonrpc":"2.0","id":)" + std::string{number} + R"(,"result":5})");
  }
  for (auto message : {R"({"jsonrpc":"2.0","method":"notifications/initialized"})",
                       R"({"jsonrpc":"2.0","id":1,"result":null})",
                       R"({"jsonrpc":"2.0","id":null,"error":{"code":1,"message":""}})"})
    BOOST_TEST(post(id, message).status() == 202u, message);
}

BOOST_AUTO_TEST_CASE(progress_makes_the_answer_a_stream) {
  constexpr auto ask =
      R"({"jsonrpc":"2.0","id":3,"method":"t","params":{"_meta":{"progressToken":"p"}}})";
  auto id = begin();
  auto e = post(id, ask);
  BOOST_TEST(e.answer.what.stream);
  e.task->on_part(shared_bytes{std::string{R"({"progressToken":"p","progress":1})"}},
                  e.answer);
  BOOST_TEST(e.answer.header("Content-Type") == "text/event-stream");
  BOOST_TEST(!e.answer.ended);
  e.ends("5");
  BOOST_TEST(e.answer.ended);
  BOOST_TEST(e.answer.body
             == "event: message\ndata: {\"jsonrpc\":\"2.0\",\"method\":\"notifications/"
                "progress\",\"params\":{\"progressToken\":\"p\",\"progress\":1}}\n\n"
                "event: message\ndata: {\"jsonrpc\":\"2.0\",\"id\":3,\"result\":5}\n\n");
  BOOST_TEST(!post(id, ask, "application/json").answer.what.stream);
  auto only = post(id, ask, "text/event-stream");
  only.ends("5");
  BOOST_TEST(only.answer.header("Content-Type") == "text/event-stream");
}

BOOST_AUTO_TEST_CASE(a_notification_is_accepted) {
  auto id = begin();
  auto e = post(id, R"({"jsonrpc":"2.0","method":"notifications/initialized"})");
  BOOST_TEST(e.status() == 202u);
  BOOST_TEST(e.answer.ended);
  BOOST_TEST(e.answer.body.empty());
  BOOST_TEST(
      post("x", R"({"jsonrpc":"2.0","method":"notifications/initialized"})").status()
      == 404u);
}

BOOST_AUTO_TEST_CASE(a_cancelled_request_of_this_node_is_taken_back_by_its_front) {
  auto id = begin();
  constexpr auto cancel = R"({"jsonrpc":"2.0","method":"notifications/cancelled",)"
                          R"("params":{"requestId":3}})";
  auto running = post(id, R"({"jsonrpc":"2.0","id":3,"method":"t"})");
  auto other = post(id, R"({"jsonrpc":"2.0","id":"3","method":"t"})");
  auto e = post(id, cancel);
  BOOST_TEST(e.status() == 202u);
  BOOST_TEST(e.answer.to.empty());
  BOOST_TEST(running.answer.cancelled);
  BOOST_TEST(!other.answer.cancelled);
  running.fails({code::cancelled, "the caller cancelled it"});
  BOOST_TEST(running.answer.body.find("\"the request was cancelled\"")
             != std::string::npos);
  // It has ended: nobody here knows it any more.
  BOOST_TEST(post(id, cancel).answer.to == "$node");
  BOOST_TEST(post(begin(), cancel).answer.to == "$node");
}

BOOST_AUTO_TEST_CASE(a_cancelled_request_of_another_node_is_found_by_its_name) {
  auto id = begin();
  auto running = post(id, R"({"jsonrpc":"2.0","id":3,"method":"t"})");
  endpoint other{front_config(), "beta"};
  mcp_exchange e{other,
                 "POST",
                 {{"Mcp-Session-Id", id}},
                 R"({"jsonrpc":"2.0","method":"notifications/cancelled",)"
                 R"("params":{"requestId":3}})"};
  BOOST_TEST(e.answer.to == "$node");
  BOOST_TEST(e.answer.what.kind.view() == "calls");
  BOOST_TEST(!e.answer.ended);
  e.ends(R"([{"id":"mcp.1","request_id":null},{"id":"mcp.2","request_id":")"
         + running.answer.what.request_id.str() + R"("}])");
  BOOST_TEST(e.answer.what.kind.view() == "cancel_call");
  BOOST_TEST(e.answer.what.payload.view() == R"({"id":"mcp.2"})");
  e.ends("{}");
  BOOST_TEST(e.answer.ended);
  BOOST_TEST(e.status() == 202u);
}

BOOST_AUTO_TEST_CASE(who_listens_gets_the_notifications_of_the_pools_servers) {
  auto id = begin();
  mcp_exchange e{own,
                 "GET",
                 {{"Mcp-Session-Id", id},
                  {"Accept", "text/event-stream"},
                  {"Last-Event-ID", "alpha.41"}}};
  BOOST_TEST(e.status() == 200u);
  BOOST_TEST(e.answer.to == "$node");
  BOOST_TEST(e.answer.what.payload.view() == R"({"kinds":["worker_event"],"since":41})");
  e.answer.body.clear();
  e.ends(
      R"({"next":44,"events":[)"
      R"({"seq":42,"kind":"worker_event","worker":"other.0","payload":{"method":"m"}},)"
      R"({"seq":43,"kind":"worker_event","worker":"mcp.0","payload":5},)"
      R"({"seq":44,"kind":"worker_event","worker":"mcp.1","payload":{"method":"m","params":{"a":1}}}]})");
  BOOST_TEST(e.answer.body
             == "id: alpha.44\nevent: message\ndata: "
                "{\"jsonrpc\":\"2.0\",\"method\":\"m\",\"params\":{\"a\":1}}\n\n");
  BOOST_TEST(e.answer.what.payload.view() == R"({"kinds":["worker_event"],"since":44})");
  BOOST_TEST(!e.answer.ended);
  e.fails({code::shutting_down});
  BOOST_TEST(e.answer.ended);
}

BOOST_AUTO_TEST_CASE(an_event_of_another_node_is_not_gone_on_from) {
  auto id = begin();
  for (auto last : {"beta.41", "41", "alpha.x", "alpha.-1"}) {
    mcp_exchange e{own,
                   "GET",
                   {{"Mcp-Session-Id", id},
                    {"Accept", "text/event-stream"},
                    {"Last-Event-ID", last}}};
    BOOST_TEST(e.answer.what.payload.view() == R"({"kinds":["worker_event"]})", last);
  }
  mcp_exchange json{own, "GET", {{"Mcp-Session-Id", id}, {"Accept", "application/json"}}};
  BOOST_TEST(json.status() == 406u);
}

BOOST_AUTO_TEST_CASE(pages_of_other_origins_may_not_connect) {
  constexpr auto start = R"({"jsonrpc":"2.0","id":1,"method":"initialize"})";
  for (auto origin : {"https://app.example", "http://127.0.0.1:80"}) {
    mcp_exchange e{own, "POST", {{"Origin", origin}}, start};
    e.ends("{}");
    BOOST_TEST(e.answer.header("Access-Control-Allow-Origin") == origin);
    BOOST_TEST(!e.answer.header("Mcp-Session-Id").empty());
  }
  for (auto origin :
       {"https://evil.example", "null", "http://127.0.0.1:81", "https://127.0.0.1:80"}) {
    mcp_exchange e{own, "POST", {{"Origin", origin}}, start};
    BOOST_TEST(e.status() == 403u, origin);
    BOOST_TEST(e.answer.to.empty());
  }
}

BOOST_AUTO_TEST_CASE(other_methods_paths_and_versions_are_told_apart) {
  mcp_exchange put{own, "PUT", {}};
  BOOST_TEST(put.status() == 405u);
  mcp_exchange options{own, "OPTIONS", {{"Origin", "https://app.example"}}};
  BOOST_TEST(options.status() == 204u);
  mcp_exchange version{own, "POST", {{"MCP-Protocol-Version", "1.0"}}, "{}"};
  BOOST_TEST(version.status() == 400u);
  http::http_fields fields;
  fields.target("/other");
  BOOST_TEST(!own.take(troupe::front::web::web_request{fields, "", "http", ""}));
}

BOOST_AUTO_TEST_CASE(ended_sessions_are_forgotten_in_the_end) {
  session_ids ids{"tools"};
  auto first = ids.make();
  BOOST_TEST(!session_ids{"others"}.is_open(first));
  ids.end(first);
  BOOST_TEST(!ids.is_open(first));
  for (size_t i = 0; i < session_ids::most_ended; ++i)
    ids.end(ids.make());
  BOOST_TEST(ids.is_open(first));
}

BOOST_AUTO_TEST_SUITE_END()
