#include "actors/behaviours/rate_limit.hpp"

#include "tests/actors/behaviours/support_front.hpp"

using namespace troupe;
using namespace troupe::testing;

namespace rate_limits {

struct rate_fixture : front_fixture {
  void start(std::string_view options) {
    front_fixture::start(behaviours::rate_limit(), options);
  }

  void call_with_key(uint64_t id, std::string key) {
    auto c = make_call(id);
    c.key = std::move(key);
    call(std::move(c));
  }
};

} // namespace rate_limits

BOOST_FIXTURE_TEST_SUITE(rate_limits, rate_fixture)

BOOST_AUTO_TEST_CASE(a_key_has_its_burst_and_then_so_many_a_second) {
  start(R"({"rate":10,"burst":2})");
  for (uint64_t id = 1; id <= 3; ++id)
    call_with_key(id, "ann");
  BOOST_TEST(called() == "behind behind");
  auto why = sink->error(3);
  BOOST_TEST((why.what == code::busy));
  BOOST_TEST((why.details.retry_after == 100ms));
  BOOST_TEST(
      why.message
      == "front: too many calls with key \"ann\", the next one may go on in 100 ms");
  call_with_key(4, "bob");
  BOOST_TEST(called() == "behind behind behind");
  advance(100ms);
  call_with_key(5, "ann");
  call_with_key(6, "ann");
  BOOST_TEST(called() == "behind behind behind behind");
  BOOST_TEST((sink->error(6).what == code::busy));
}

BOOST_AUTO_TEST_CASE(the_outcome_is_that_of_the_pool) {
  start(R"({"rate":1,"burst":2})");
  call(1);
  call(2);
  answers(0, "3");
  fails(1, {code::worker_error, "no"});
  BOOST_TEST(sink->result(1) == "3");
  BOOST_TEST(sink->error(2).message == "no");
  BOOST_TEST(host->calls[0].what.parent == 1u);
}

BOOST_AUTO_TEST_CASE(the_key_may_be_in_the_payload) {
  start(R"({"rate":0.5,"pointer":"/user/id"})");
  call(1, R"({"user":{"id":7}})");
  call(2, R"({"user":{"id":8}})");
  call(3, R"({"user":{"id":"7"}})"); // the same text
  BOOST_TEST(called() == "behind behind");
  BOOST_TEST((sink->error(3).details.retry_after == 2s));
  call(4, R"({"user":7})");
  call(5, "null");
  BOOST_TEST(called() == "behind behind behind");
  BOOST_TEST(sink->error(5).message.find("calls without a key") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(more_keys_than_are_remembered_share_one_rate) {
  start(R"({"rate":1,"key_limit":2})");
  for (uint64_t id = 1; id <= 5; ++id)
    call_with_key(id, std::to_string(id));
  BOOST_TEST(called() == "behind behind behind");
  BOOST_TEST(counts() == R"({"passed":3,"refused":2,"keys":2,"beyond_key_limit":3})");
  BOOST_TEST(
      sink->error(5).message
      == "front: too many calls of the keys beyond key_limit, which share one rate,"
         " the next one may go on in 1000 ms");
}

BOOST_AUTO_TEST_CASE(a_key_that_is_too_long_is_refused) {
  start(R"({"rate":1})");
  call_with_key(1, std::string(257, 'x'));
  BOOST_TEST((sink->error(1).what == code::bad_request));
  BOOST_TEST(sink->error(1).message.find("257 bytes") != std::string::npos);
  call_with_key(2, std::string(256, 'x'));
  BOOST_TEST(called() == "behind");
}

BOOST_AUTO_TEST_CASE(without_a_burst_a_second_s_worth_may_come_at_once) {
  start(R"({"rate":2.5})");
  for (uint64_t id = 1; id <= 4; ++id)
    call(id);
  BOOST_TEST(called() == "behind behind behind");
  BOOST_TEST((sink->error(4).details.retry_after == 400ms));
}

BOOST_AUTO_TEST_CASE(what_is_wrong_with_its_options_is_told) {
  auto kind = behaviours::rate_limit();
  BOOST_TEST(is_wrong(kind, "{}", "rate", "is missing"));
  for (auto rate : {R"({"rate":0})", R"({"rate":-1})", R"({"rate":"5"})",
                    R"({"rate":1e7})", R"({"rate":true})"})
    BOOST_TEST(is_wrong(kind, rate, "rate", "from 0.001 to 1000000"), rate);
  BOOST_TEST(is_wrong(kind, R"({"rate":1,"burst":0})", "burst", "from 1 to 1000000"));
  BOOST_TEST(is_wrong(kind, R"({"rate":1,"pointer":"user"})", "pointer", "JSON pointer"));
  BOOST_TEST(is_wrong(kind, R"({"rate":1,"key":"/a"})", "key", "unknown key"));
}

BOOST_AUTO_TEST_SUITE_END()
