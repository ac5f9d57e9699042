#include "broker/front/event_batch.hpp"

#include "protocol/base/json_text.hpp"

#include <boost/test/unit_test.hpp>

using namespace troupe;
using namespace troupe::front;

namespace event_batches {

const event_batch batch{
    {{sequence_id{4}, "gap",
      shared_bytes::literal(R"({"seq":4,"kind":"gap","from":2,"to":4})"),
      event_gap{sequence_id{2}, sequence_id{4}}},
     {sequence_id{5}, "x", shared_bytes::literal(R"({"seq":5,"kind":"x"})")}},
    sequence_id{5}};

} // namespace event_batches

BOOST_AUTO_TEST_SUITE(event_batches)

BOOST_AUTO_TEST_CASE(what_follows_is_asked_for_as_at_first) {
  BOOST_TEST(events_after("null", batch).view() == R"({"since":5})");
  BOOST_TEST(events_after("{ }", batch).view() == R"({"since":5})");
  auto query = R"({"workers":["a,\"since\":1"],"since":1})";
  auto next = events_after(query, batch);
  BOOST_TEST(json_text::is_valid(next.view()));
  BOOST_TEST(json_text::find(next.view(), "since").value() == "5");
  BOOST_TEST(json_text::find(next.view(), "workers").value() == R"(["a,\"since\":1"])");
}

BOOST_AUTO_TEST_CASE(output_that_was_left_out_is_left_out_again) {
  BOOST_TEST(events_after("null", {{}, sequence_id{5}, sequence_id{3}}).view()
             == R"({"since":5,"output_since":3})");
}

BOOST_AUTO_TEST_CASE(the_answer_of_another_node_says_the_same) {
  outcome far{shared_bytes::literal(
      R"({"events":[{"seq":4,"kind":"gap","from":2,"to":4},{"seq":5,"kind":"x"}],"next":5,"output_since":3})")};
  auto read = events_in(far);
  BOOST_TEST(to_server_sent(*read) == to_server_sent(batch));
  BOOST_TEST(to_messages(*read) == to_messages(batch), boost::test_tools::per_element());
  BOOST_TEST(read->next == 5u);
  BOOST_TEST(read->output_since.value_or(sequence_id{}) == 3u);
  outcome near;
  near.events = std::make_shared<const event_batch>(batch);
  BOOST_TEST(events_in(near) == near.events);
  BOOST_TEST(events_in(outcome{})->events.empty());
}

BOOST_AUTO_TEST_CASE(a_batch_may_be_empty) {
  BOOST_TEST(to_server_sent({}) == "");
  BOOST_TEST(to_messages({}).empty());
}

BOOST_AUTO_TEST_CASE(the_first_answer_is_asked_for_at_once) {
  BOOST_TEST(events_at_once("null").view() == R"({"wait":false})");
  auto first = events_at_once(R"({"kinds":["x"]})");
  BOOST_TEST(first.view() == R"({"kinds":["x"],"wait":false})");
}

BOOST_AUTO_TEST_CASE(each_event_is_a_server_sent_one) {
  BOOST_TEST(
      to_server_sent(batch)
      == "id: 4\nevent: gap\ndata: {\"seq\":4,\"kind\":\"gap\",\"from\":2,\"to\":4}"
         "\n\nid: 5\nevent: x\ndata: {\"seq\":5,\"kind\":\"x\"}\n\n");
}

BOOST_AUTO_TEST_CASE(line_ends_between_the_tokens_of_an_event_end_no_line_of_the_stream) {
  event_batch broken{
      {{sequence_id{1}, "x", shared_bytes::literal("{\"seq\":1,\r\"kind\":\"x\"\r\n}")}},
      sequence_id{1}};
  BOOST_TEST(to_server_sent(broken)
             == "id: 1\nevent: x\ndata: {\"seq\":1, \"kind\":\"x\"  }\n\n");
}

BOOST_AUTO_TEST_CASE(each_event_is_a_message_and_a_gap_says_how_much_is_missing) {
  auto messages = to_messages(batch);
  BOOST_REQUIRE(messages.size() == 2u);
  BOOST_TEST(messages[0]
             == R"({"kind":"replay_gap","seq":4,"from":2,"to":4,"requestedSinceSeq":1,)"
                R"("oldestAvailable":5,"droppedCount":3})");
  BOOST_TEST(messages[1] == R"({"seq":5,"kind":"x"})");
}

BOOST_AUTO_TEST_SUITE_END()
