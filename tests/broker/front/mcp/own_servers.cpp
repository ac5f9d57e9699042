#include "protocol/base/event_batch.hpp"
#include "protocol/base/json_text.hpp"
#include "tests/broker/front/mcp/support_mcp.hpp"
#include "tests/protocol/support.hpp"

using namespace troupe;
using namespace troupe::front;
using namespace troupe::front::mcp;
using namespace troupe::testing;

/// Sessions that have a server of their own.
namespace mcp_own_servers {

constexpr auto start =
    R"({"jsonrpc":"2.0","id":0,"method":"initialize","params":{"clientInfo":{"name":"c"}}})";

config::web own_config() {
  auto c = front_config();
  c.mcp.own_servers = true;
  c.mcp.session_idle = std::chrono::minutes{1};
  return c;
}

struct fixture {
  /// Begins a session whose server is at beta, and returns its id.
  std::string begin() {
    mcp_exchange e{alpha, "POST", {{"Accept", "application/json"}}, start};
    BOOST_TEST(e.answer.to == "$node");
    BOOST_TEST(e.answer.what.kind.view() == "copy");
    e.ends(R"({"name":"mcp-0","node":"beta"})");
    BOOST_TEST(e.answer.to.ends_with("@beta"), e.answer.to);
    BOOST_TEST(e.answer.what.kind.view() == "initialize");
    BOOST_TEST(!e.answer.ended);
    e.ends("{}");
    BOOST_TEST(e.status() == 200u);
    return e.answer.header("Mcp-Session-Id");
  }
  mcp_exchange post(const std::string& session, const std::string& body) {
    return {
        alpha,
        "POST",
        {{"Mcp-Session-Id", session}, {"Accept", "application/json, text/event-stream"}},
        body};
  }
  mcp_exchange listen(const std::string& session) {
    return {alpha, "GET", {{"Mcp-Session-Id", session}, {"Accept", "text/event-stream"}}};
  }
  std::string server_of_session(const std::string& id) {
    return "mcp-" + id.substr(0, 16) + "@beta";
  }

  endpoint alpha{own_config(), "alpha"};
};

} // namespace mcp_own_servers

BOOST_FIXTURE_TEST_SUITE(mcp_own_servers, fixture)

BOOST_AUTO_TEST_CASE(a_session_begins_with_a_server_that_its_id_names) {
  mcp_exchange first{alpha, "POST", {}, start};
  auto payload = first.answer.what.payload.str();
  BOOST_TEST(payload.find(R"({"name":"mcp","id":")") == 0u);
  BOOST_TEST(payload.find(R"("idle_ms":60000,"initialize":{"clientInfo":{"name":"c"}}})")
             != std::string::npos);
  auto id = begin();
  BOOST_TEST(id.ends_with(".beta"));
  endpoint other{own_config(), "gamma"};
  mcp_exchange e{other,
                 "POST",
                 {{"Mcp-Session-Id", id}},
                 R"({"jsonrpc":"2.0","id":1,"method":"tools/list"})"};
  BOOST_TEST(e.answer.to == server_of_session(id));
  BOOST_TEST(e.answer.what.key.empty());
}

BOOST_AUTO_TEST_CASE(a_client_that_finds_no_room_is_told_to_come_again) {
  mcp_exchange e{alpha, "POST", {}, start};
  e.fails({code::busy, "all 2 servers of pool mcp are in use"});
  BOOST_TEST(e.status() == 503u);
  BOOST_TEST(e.answer.header("Retry-After") == "1");
  BOOST_TEST(e.answer.header("Mcp-Session-Id").empty());
}

BOOST_AUTO_TEST_CASE(a_server_that_ends_before_it_is_greeted_has_died) {
  mcp_exchange e{alpha, "POST", {}, start};
  e.ends(R"({"name":"mcp-0","node":"beta"})");
  e.fails({code::pool_not_found, "no pool named mcp-0"});
  BOOST_TEST(e.answer.ended);
  BOOST_TEST(e.answer.body.find(R"("code":"worker_died")") != std::string::npos);
  BOOST_TEST(e.answer.body.find("mcp-0") == std::string::npos);
  BOOST_TEST(e.answer.header("Mcp-Session-Id").empty());
  mcp_exchange none{alpha, "POST", {}, start};
  none.fails({code::pool_not_found, "no pool named mcp"});
  BOOST_TEST(none.answer.body.find("no pool named mcp") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_session_whose_server_has_ended_is_not_found) {
  auto id = begin();
  constexpr auto list = R"({"jsonrpc":"2.0","id":7,"method":"tools/list"})";
  for (auto what :
       {code::pool_not_found, code::not_found, code::node_down, code::shutting_down}) {
    auto e = post(id, list);
    e.fails({what});
    BOOST_TEST(e.status() == 404u);
    BOOST_TEST(e.answer.body.find(R"("id":7,"error":{"code":-32001)")
               != std::string::npos);
  }
  auto dies = post(id, list);
  dies.fails({code::worker_died});
  BOOST_TEST(dies.status() == 200u);
  for (auto none : {id.substr(0, 48), id + "@", "x" + id, id.substr(0, 3) + ".beta"})
    BOOST_TEST(post(none, list).status() == 404u, none);
}

BOOST_AUTO_TEST_CASE(notifications_and_pings_reach_the_server) {
  auto id = begin();
  auto e = post(id, R"({"jsonrpc":"2.0","method":"notifications/roots/list_changed"})");
  BOOST_TEST(e.answer.to == server_of_session(id));
  BOOST_TEST(e.answer.what.kind.view() == "notifications/roots/list_changed");
  BOOST_TEST(!e.answer.ended);
  e.ends("null");
  BOOST_TEST(e.status() == 202u);
  BOOST_TEST(e.answer.body.empty());
  auto ping = post(id, R"({"jsonrpc":"2.0","id":1,"method":"ping"})");
  BOOST_TEST(ping.answer.to == server_of_session(id));
  auto lost = post(id, R"({"jsonrpc":"2.0","method":"notifications/x"})");
  lost.fails({code::pool_not_found});
  BOOST_TEST(lost.status() == 404u);
}

BOOST_AUTO_TEST_CASE(the_end_of_a_session_ends_its_server) {
  auto id = begin();
  mcp_exchange e{alpha, "DELETE", {{"Mcp-Session-Id", id}}};
  BOOST_TEST(e.answer.what.kind.view() == "remove");
  BOOST_TEST(e.answer.what.payload.view()
             == R"({"name":")" + server_of_session(id) + R"("})");
  BOOST_TEST(!e.answer.ended);
  e.ends("{}");
  BOOST_TEST(e.status() == 204u);
  mcp_exchange again{alpha, "DELETE", {{"Mcp-Session-Id", id}}};
  again.fails({code::pool_not_found});
  BOOST_TEST(again.status() == 404u);
}

BOOST_AUTO_TEST_CASE(who_listens_keeps_the_server_and_learns_of_its_end) {
  auto id = begin();
  auto e = listen(id);
  BOOST_TEST(e.answer.what.kind.view() == "ping");
  e.ends("{}");
  BOOST_TEST(e.status() == 200u);
  auto pool = "mcp-" + id.substr(0, 16);
  BOOST_TEST(e.answer.to == "$node@beta");
  BOOST_TEST(e.answer.what.payload.view()
             == R"({"kinds":["worker_event"],"workers":[")" + pool
                    + R"("],"wait":false})");
  e.ends(R"({"next":44,"events":[]})");
  auto next = e.answer.what.payload.str();
  BOOST_TEST(next
             == R"({"kinds":["worker_event"],"workers":[")" + pool + R"("],"since":44})");
  BOOST_TEST(e.answer.what.timeout->count() == 20'000);
  e.fails({code::timeout});
  BOOST_TEST(e.answer.what.kind.view() == "ping");
  e.fails({code::timeout}); // it has no slot free: it is in use
  BOOST_TEST(e.answer.what.payload.view() == next);
  e.fails({code::timeout});
  e.fails({code::pool_not_found});
  BOOST_TEST(e.answer.ended);
  auto late = listen(id);
  late.fails({code::pool_not_found});
  BOOST_TEST(late.status() == 404u);
}

BOOST_AUTO_TEST_SUITE_END()
