#include "broker/front/dashboard/page_message.hpp"

#include "protocol/base/limits.hpp"

#include <boost/test/unit_test.hpp>

using namespace troupe;
using namespace troupe::front::dashboard;

namespace page_messages {

template <class Message>
Message read_as(std::string_view text) {
  auto read = read_page_message(text);
  BOOST_TEST_REQUIRE(read.has_value(), text);
  return std::get<Message>(*read);
}

/// Returns why `text` is refused.
std::string refusal(std::string_view text) {
  auto read = read_page_message(text);
  BOOST_TEST_REQUIRE(!read.has_value(), text);
  BOOST_TEST((read.error().why.what == code::bad_request));
  return read.error().why.message;
}

} // namespace page_messages

BOOST_AUTO_TEST_SUITE(page_messages)

BOOST_AUTO_TEST_CASE(a_look_says_what_it_asks_how_often_and_without_what) {
  auto m = read_as<watch_message>(
      R"({"kind":"watch","id":7,"ask":"worker","payload":{"name":"a.0"},"every_s":60,"without":["b","a"]})");
  BOOST_TEST(m.id == 7);
  BOOST_TEST(m.what.kind->ask == "worker");
  BOOST_TEST(m.what.terminal == "");
  BOOST_TEST(m.what.payload.view() == R"({"name":"a.0"})");
  BOOST_TEST(m.what.every.count() == 60);
  BOOST_TEST((m.what.without == std::vector<std::string>{"a", "b"}));
}

BOOST_AUTO_TEST_CASE(a_look_that_says_little_asks_each_second_with_no_payload) {
  auto m = read_as<watch_message>(R"({"kind":"watch","id":0,"ask":"pools"})");
  BOOST_TEST(m.what.payload.view() == "null");
  BOOST_TEST(m.what.every.count() == 1);
  BOOST_TEST(m.what.without.empty());
}

BOOST_AUTO_TEST_CASE(a_look_at_a_terminal_goes_to_that) {
  auto m = read_as<watch_message>(
      R"({"kind":"watch","id":1,"ask":"snapshot","payload":{"name":"a b","format":"ansi"}})");
  BOOST_TEST(m.what.terminal == "a b");
  BOOST_TEST(refusal(R"({"kind":"watch","id":1,"ask":"snapshot"})")
                 .starts_with("watch.payload.name: "));
}

BOOST_AUTO_TEST_CASE(only_looks_that_ask_the_same_have_the_same_key) {
  auto key = [](std::string_view more) {
    return read_as<watch_message>(R"({"kind":"watch","id":1,)" + std::string{more} + "}")
        .what.key();
  };
  BOOST_TEST(key(R"("ask":"pools","without":["a","b"])")
             == key(R"("without":["b","a"],"ask":"pools","payload":null,"every_s":1)"));
  auto plain = key(R"("ask":"pools")");
  for (auto other : {R"("ask":"workers")", R"("ask":"pools","every_s":2)",
                     R"("ask":"pools","without":["a"])",
                     R"("ask":"pools","payload":{"cluster":true})"})
    BOOST_TEST(key(other) != plain, other);
}

BOOST_AUTO_TEST_CASE(a_look_at_events_may_be_at_those_of_another_node) {
  auto here = read_as<watch_events_message>(R"({"kind":"watch","id":1,"ask":"events"})");
  BOOST_TEST(here.node == "$node");
  BOOST_TEST(here.payload.view() == "null");
  auto there = read_as<watch_events_message>(
      R"({"kind":"watch","id":1,"ask":"events","payload":{"node":"beta","kinds":["worker_exited"]}})");
  BOOST_TEST(there.node == "$node@beta");
  BOOST_TEST(there.payload.view() == R"({"kinds":["worker_exited"]})");
}

BOOST_AUTO_TEST_CASE(what_is_typed_passes_as_it_is_spelled) {
  auto m =
      read_as<input_message>(R"({"kind":"input","id":3,"name":"a","data":"\u001b[A\r"})");
  BOOST_TEST(m.terminal == "a");
  BOOST_TEST(m.payload.view() == R"({"data":"\u001b[A\r"})");
}

BOOST_AUTO_TEST_CASE(the_rest_has_no_members) {
  BOOST_TEST(read_as<unwatch_message>(R"({"kind":"unwatch","id":3})").id == 3);
  read_as<pause_message>(R"({"kind":"pause"})");
  read_as<resume_message>(R"( {"kind":"resume"} )");
}

BOOST_AUTO_TEST_CASE(a_mistake_is_told_with_its_place) {
  const std::pair<const char*, const char*> mistakes[] = {
      {"", "the message is not JSON"},
      {"{\"kind\":", "the message is not JSON"},
      {"[]", "the message is not a JSON object"},
      {"{}", "kind: "},
      {R"({"kind":5})", "kind: "},
      {R"({"kind":"look","id":1})", "kind: "},
      {R"({"kind":"watch","ask":"pools"})", "watch.id: "},
      {R"({"kind":"watch","id":-1,"ask":"pools"})", "id: "},
      {R"({"kind":"watch","id":"1","ask":"pools"})", "id: "},
      {R"({"kind":"watch","id":1,"ask":"restart"})", "watch.ask: "},
      {R"({"kind":"watch","id":1,"ask":"pools","pool":1})", "watch.pool: "},
      {R"({"kind":"watch","id":1,"ask":"pools","payload":[]})", "watch.payload: "},
      {R"({"kind":"watch","id":1,"ask":"mode","payload":{"name":"a","mode":"manual_flush"}})",
       "watch.payload.mode: "},
      {R"({"kind":"watch","id":1,"ask":"events","payload":{"wait":false}})",
       "watch.payload.wait: "},
      {R"({"kind":"watch","id":1,"ask":"pools","every_s":0})", "watch.every_s: "},
      {R"({"kind":"watch","id":1,"ask":"pools","every_s":3601})", "watch.every_s: "},
      {R"({"kind":"watch","id":1,"ask":"pools","without":"a"})", "watch.without: "},
      {R"({"kind":"watch","id":1,"ask":"pools","without":[1]})", "watch.without: "},
      {R"({"kind":"unwatch","id":1,"ask":"pools"})", "unwatch.ask: "},
      {R"({"kind":"pause","id":1,"now":true})", "pause.now: "},
      {R"({"kind":"input","id":1,"data":"a"})", "input.name: "},
      {R"({"kind":"input","id":1,"name":"a","data":5})", "input.data: "},
  };
  for (auto& [text, place] : mistakes)
    BOOST_TEST(refusal(text).starts_with(place), text << " -> " << refusal(text));
}

BOOST_AUTO_TEST_CASE(a_mistake_has_the_id_of_its_message_if_there_is_one) {
  BOOST_TEST((read_page_message(R"({"kind":"watch","id":7})").error().id == page_id{7}));
  BOOST_TEST(!read_page_message(R"({"kind":"watch"})").error().id);
  BOOST_TEST(!read_page_message("x").error().id);
}

BOOST_AUTO_TEST_CASE(what_is_too_much_is_refused_with_a_short_message) {
  auto watch = [](const std::string& more) {
    return R"({"kind":"watch","id":1,"ask":"pools",)" + more + '}';
  };
  BOOST_TEST(
      refusal(watch(R"("payload":{"cluster":")" + std::string(20'000, 'x') + "\"}"))
      == "watch.payload: has more than 16384 bytes");
  std::string names = "\"a\"";
  for (int i = 0; i < 32; ++i)
    names += ",\"a\"";
  BOOST_TEST(
      refusal(watch("\"without\":[" + names + "]")).starts_with("watch.without: "));
  BOOST_TEST(refusal(watch(R"("without":[")" + std::string(20'000, 'x') + "\"]"))
             == "watch.without: has more than 16384 bytes");
  auto long_name = refusal(watch('"' + std::string(100'000, 'x') + "\":1"));
  BOOST_TEST(long_name.size() < 200u);
  auto deep = std::string(limits::json_depth + 1, '[');
  BOOST_TEST(
      refusal(watch("\"payload\":" + deep)).starts_with("the message is not JSON"));
}

BOOST_AUTO_TEST_SUITE_END()
