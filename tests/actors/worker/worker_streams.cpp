#include "tests/actors/worker/support_worker.hpp"

#include "protocol/base/limits.hpp"

using namespace troupe;
using namespace troupe::os;
using namespace troupe::testing;

namespace worker_streams {

/// A client that takes parts of results and says itself when it has read them.
class reader : public reply_sink {
public:
  void settle(tag_id, call_result) override {}
  void chunk(tag_id tag, shared_bytes payload, std::shared_ptr<stream_flow> f) override {
    parts.emplace_back(tag, payload.str());
    flow = std::move(f);
  }

  std::vector<std::pair<uint64_t, std::string>> parts;
  std::shared_ptr<stream_flow> flow;
};

/// Remembers whether its output is read.
class streaming_child : public fake_child {
public:
  using fake_child::fake_child;
  void read_output(bool on) override { reading.push_back(on); }

  std::vector<bool> reading;
};

struct stream_fixture : worker_fixture {
  void begin(const std::string& can = "\"cancel\"") {
    start();
    tell(owner(0), atom::spawned_v, launch_result{child_ptr{streaming}});
    writes(0,
           R"({"kind":"ready","payload":{"protocol":1,"capabilities":[)" + can + "]}}");
  }

  void give_streamed(uint64_t ticket, const std::shared_ptr<reader>& to) {
    job j;
    j.ticket = ticket_id{ticket};
    j.kind = shared_bytes{std::string{"k"}};
    j.deadline = now() + 10s;
    j.stream = to;
    j.tag = tag_id{100 + ticket};
    tell(actor, j);
  }

  void part(const std::string& id, const std::string& payload) {
    writes(0,
           R"({"kind":"chunk","request_id":")" + id + R"(","payload":)" + payload + "}");
  }

  /// Two calls are in the child. The client of one is behind, and the other's has left
  /// long ago.
  void leave_one_unread() {
    pool.window = 2;
    begin();
    give_streamed(1, client);
    give(2);
    part("0.1", much());
    cancel(2);
    advance(5 * limits::cancel_grace);
  }

  /// The client has read all.
  void catch_up() {
    client->flow->remove(300'002);
    run();
  }

  /// More than a client may be behind.
  static std::string much() { return '"' + std::string(300'000, 'x') + '"'; }

  std::shared_ptr<streaming_child> streaming = std::make_shared<streaming_child>(1);
  std::shared_ptr<reader> client = std::make_shared<reader>();

  // The flow of a call holds its worker.
  ~stream_fixture() { client->flow = nullptr; }
};

using switches = std::vector<bool>;

} // namespace worker_streams

BOOST_FIXTURE_TEST_SUITE(worker_streams, stream_fixture)

BOOST_AUTO_TEST_CASE(parts_reach_the_caller_under_its_own_tag_and_in_order) {
  begin();
  give_streamed(1, client);
  part("0.1", "1");
  part("0.1", "2");
  BOOST_REQUIRE(client->parts.size() == 2u);
  BOOST_TEST(client->parts[0].first == 101u);
  BOOST_TEST(client->parts[0].second == "1");
  BOOST_TEST(client->parts[1].second == "2");
  BOOST_TEST(status().in_flight == 1u); // no part is an answer
  answers("0.1");
  BOOST_TEST(status().in_flight == 0u);
}

BOOST_AUTO_TEST_CASE(parts_for_a_caller_that_wants_the_answer_alone_are_dropped) {
  begin();
  give(1);
  part("0.1", "1");
  BOOST_TEST(status().late == 0u);
  BOOST_TEST(sink->count(1) == 0u);
  answers("0.1", "2");
  BOOST_TEST(sink->result(1) == "2");
}

BOOST_AUTO_TEST_CASE(parts_that_belong_to_no_running_call_are_counted_and_reach_nobody) {
  begin();
  give_streamed(1, client);
  answers("0.1");
  give_streamed(2, client); // in the same slot
  part("0.1", "\"late\"");
  part("0.7", "\"early\"");
  part("5.1", "\"no such slot\"");
  BOOST_TEST(client->parts.empty());
  BOOST_TEST(status().late == 3u);
  cancel(2);
  part("0.2", "\"unwanted\"");
  BOOST_TEST(client->parts.empty());
  BOOST_TEST(status().late == 4u);
}

BOOST_AUTO_TEST_CASE(a_child_is_not_read_while_its_client_is_behind) {
  begin();
  give_streamed(1, client);
  part("0.1", "1");
  BOOST_TEST(streaming->reading.empty());
  part("0.1", much());
  BOOST_TEST(streaming->reading == switches{false}, boost::test_tools::per_element());
  client->flow->remove(1000);
  run();
  BOOST_TEST(streaming->reading.size() == 1u); // still behind
  client->flow->remove(100'000);
  run();
  BOOST_TEST(streaming->reading == (switches{false, true}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_client_that_is_behind_and_gives_up_holds_nobody_up) {
  begin();
  give_streamed(1, client);
  part("0.1", much());
  cancel(1);
  // Else the child's answer to the cancel would never be seen.
  BOOST_TEST(streaming->reading == (switches{false, true}),
             boost::test_tools::per_element());
  answers("0.1");
  BOOST_TEST(released == std::vector<uint64_t>{1}, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(an_answer_read_before_the_child_was_held_up_lets_it_be_read_again) {
  begin();
  give_streamed(1, client);
  tell(owner(0), atom::output_v,
       shared_bytes{R"({"kind":"chunk","request_id":"0.1","payload":)" + much() + "}\n"
                    + R"({"kind":"k","request_id":"0.1","payload":1})" + "\n"});
  BOOST_TEST(streaming->reading == (switches{false, true}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_child_is_read_again_only_when_no_client_is_behind) {
  pool.window = 2;
  begin();
  auto other = std::make_shared<reader>();
  give_streamed(1, client);
  give_streamed(2, other);
  part("0.1", much());
  part("1.1", much());
  answers("0.1");
  BOOST_TEST(streaming->reading == switches{false}, boost::test_tools::per_element());
  other->flow->remove(300'002);
  run();
  BOOST_TEST(streaming->reading == (switches{false, true}),
             boost::test_tools::per_element());
  other->flow = nullptr;
}

BOOST_AUTO_TEST_CASE(no_child_is_ended_for_an_answer_that_lies_unread) {
  leave_one_unread();
  BOOST_TEST(record->retired.empty());
  catch_up();
  advance(limits::cancel_grace - 1ms); // it is read again: from here its time counts
  BOOST_TEST(record->retired.empty());
  answers("1.1");
  BOOST_TEST(released == std::vector<uint64_t>{2}, boost::test_tools::per_element());
  advance(10 * limits::cancel_grace);
  BOOST_TEST(record->retired.empty());
}

BOOST_AUTO_TEST_CASE(a_child_that_is_read_again_has_no_more_than_its_moment) {
  leave_one_unread();
  catch_up();
  advance(limits::cancel_grace);
  BOOST_TEST(record->retired.size() == 1u);
}

BOOST_AUTO_TEST_CASE(no_child_is_ended_for_a_pong_that_lies_unread) {
  pool.window = 2;
  pool.heartbeat = {10s, 3s};
  begin("\"ping\"");
  advance(10s); // a ping
  give_streamed(1, client);
  part("0.1", much());
  advance(4s);
  BOOST_TEST(streaming->signals.empty());
  catch_up();
  writes(0, R"({"kind":"pong","request_id":"ping.1"})");
  advance(4s);
  BOOST_TEST(streaming->signals.empty());
}

BOOST_AUTO_TEST_SUITE_END()
