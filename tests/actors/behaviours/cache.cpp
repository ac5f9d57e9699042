#include "actors/behaviours/cache.hpp"

#include "tests/actors/behaviours/support_front.hpp"

using namespace troupe;
using namespace troupe::testing;

namespace caches {

struct cache_fixture : front_fixture {
  void start(std::string_view options = "{}") {
    front_fixture::start(behaviours::cache(), options);
  }
};

} // namespace caches

BOOST_FIXTURE_TEST_SUITE(caches, cache_fixture)

BOOST_AUTO_TEST_CASE(an_equal_call_is_answered_without_the_pool) {
  start();
  call(1, "[1,2]");
  answers(0, "3");
  BOOST_TEST(sink->result(1) == "3");
  call(2, "[1,2]");
  BOOST_TEST(sink->result(2) == "3");
  BOOST_TEST(called() == "behind");
  call(3, "[1,3]");
  call(4, "[1,2]", "other");
  BOOST_TEST(called() == "behind behind behind");
}

BOOST_AUTO_TEST_CASE(a_result_is_used_until_it_is_too_old) {
  start(R"({"age":"5s"})");
  call(1);
  answers(0, "3");
  advance(4999ms);
  call(2);
  BOOST_TEST(sink->result(2) == "3");
  advance(1ms);
  call(3);
  BOOST_TEST(called() == "behind behind");
  answers(1, "4");
  BOOST_TEST(sink->result(3) == "4");
}

BOOST_AUTO_TEST_CASE(equal_calls_at_one_time_wait_for_one_result) {
  start();
  for (uint64_t id = 1; id <= 5; ++id)
    call(id);
  BOOST_TEST(called() == "behind");
  answers(0, "3");
  for (uint64_t id = 1; id <= 5; ++id)
    BOOST_TEST(sink->result(id) == "3");
  BOOST_TEST(counts().starts_with(R"({"hits":0,"misses":1,"shared":4,)"));
}

BOOST_AUTO_TEST_CASE(a_call_keeps_its_marks_beside_an_equal_one) {
  start();
  call(1);
  auto c = make_call(2);
  c.idempotent = true;
  c.priority = 10;
  call(std::move(c));
  BOOST_TEST_REQUIRE(called() == "behind behind");
  BOOST_TEST(!host->calls[0].what.idempotent);
  BOOST_TEST(host->calls[1].what.idempotent);
  BOOST_TEST(int{host->calls[1].what.priority} == 10);
  fails(0, {code::worker_died, "it crashed"});
  answers(1, "3");
  BOOST_TEST((sink->error(1).what == code::worker_died));
  BOOST_TEST(sink->result(2) == "3");
  call(3); // one result serves all
  BOOST_TEST(sink->result(3) == "3");
}

BOOST_AUTO_TEST_CASE(a_kind_is_what_it_spells) {
  start(R"({"kinds":["gr\u00f6\u00dfe","a/b"]})");
  call(1, "1", R"(gr\u00f6\u00dfe)");
  answers(0, "10");
  call(2, "1", "größe");
  BOOST_TEST(sink->result(2) == "10");
  call(3, "1", R"(a\/b)");
  call(4, "1", "a/b");
  BOOST_TEST_REQUIRE(called() == "behind behind");
  BOOST_TEST(host->calls[1].what.kind.view() == "a/b");
  answers(1, "20");
  BOOST_TEST(sink->result(3) == "20");
  BOOST_TEST(sink->result(4) == "20");
}

BOOST_AUTO_TEST_CASE(a_kind_with_a_quote_goes_on_as_json) {
  start();
  call(1, "1", R"(a\u0022b\u000a)");
  BOOST_TEST_REQUIRE(called() == "behind");
  BOOST_TEST(host->calls[0].what.kind.view() == R"(a\"b\n)");
}

BOOST_AUTO_TEST_CASE(an_error_is_told_to_all_who_wait_and_not_kept) {
  start();
  call(1);
  call(2);
  fails(0, {code::worker_error, "no"});
  BOOST_TEST((sink->error(1).what == code::worker_error));
  BOOST_TEST((sink->error(2).what == code::worker_error));
  call(3);
  BOOST_TEST(called() == "behind behind");
}

BOOST_AUTO_TEST_CASE(who_leaves_is_let_go_and_the_others_wait_on) {
  start();
  call(1);
  call(2);
  cancel(2);
  BOOST_TEST((sink->error(2).what == code::cancelled));
  answers(0, "3");
  BOOST_TEST(sink->result(1) == "3");
  BOOST_TEST(sink->count(2) == 1u);
}

BOOST_AUTO_TEST_CASE(if_the_first_leaves_the_call_is_made_again_for_the_others) {
  start();
  call(1);
  call(2);
  cancel(1); // its host cancels what is called for it
  fails(0, {code::cancelled});
  BOOST_TEST((sink->error(1).what == code::cancelled));
  BOOST_TEST(sink->count(2) == 0u);
  BOOST_TEST_REQUIRE(called() == "behind behind");
  BOOST_TEST(host->calls[1].what.parent == 2u);
  answers(1, "3");
  BOOST_TEST(sink->result(2) == "3");
  BOOST_TEST(counts().find(R"("repeated":1)") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(each_caller_has_a_deadline_of_its_own) {
  start();
  call(1, "1", "k", 100ms);
  call(2, "1", "k", 100ms);
  call(3, "1", "k", 10s);
  advance(99ms); // the pool counts whole milliseconds
  fails(0, {code::timeout, "too late"});
  BOOST_TEST((sink->error(1).what == code::timeout));
  BOOST_TEST((sink->error(2).what == code::timeout));
  BOOST_TEST(sink->count(3) == 0u);
  BOOST_TEST_REQUIRE(called() == "behind behind");
  answers(1, "3");
  BOOST_TEST(sink->result(3) == "3");
}

BOOST_AUTO_TEST_CASE(a_timeout_of_the_pool_itself_is_for_all) {
  start();
  call(1);
  call(2, "1", "k", 20s);
  advance(5s);
  fails(0, {code::timeout, "the pool's own"});
  BOOST_TEST((sink->error(1).what == code::timeout));
  BOOST_TEST((sink->error(2).what == code::timeout));
  BOOST_TEST(called() == "behind");
}

BOOST_AUTO_TEST_CASE(a_result_that_comes_when_all_have_left_disturbs_nobody) {
  start();
  call(1);
  cancel(1);
  answers(0, "3");
  call(2);
  BOOST_TEST(called() == "behind behind");
  BOOST_TEST(sink->count(1) == 1u);
}

BOOST_AUTO_TEST_CASE(other_kinds_than_those_that_are_kept_pass) {
  start(R"({"kinds":["sum"]})");
  call(2, "1", "write");
  call(3, "1", "write");
  BOOST_TEST(called() == "behind behind");
  answers(0, "1");
  answers(1, "2");
  BOOST_TEST(sink->result(3) == "2");
  call(4, "1", "write");
  BOOST_TEST(called() == "behind behind behind");
  call(5, "1", "sum");
  answers(3, "5");
  call(6, "1", "sum");
  BOOST_TEST(sink->result(6) == "5");
  BOOST_TEST(counts().find(R"("passed":3)") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_caller_that_wants_parts_gets_those_of_the_pool) {
  start();
  call(1);
  answers(0, "3");
  auto c = make_call(2);
  c.chunks = streaming(2);
  call(std::move(c));
  BOOST_TEST_REQUIRE(called() == "behind behind");
  BOOST_TEST(host->calls[1].what.passes_chunks);
  answers(1, "4");
  call(3);
  BOOST_TEST(sink->result(3) == "3");
}

BOOST_AUTO_TEST_CASE(what_it_has_counted_is_asked_for_by_a_call) {
  start(R"({"entries":1})");
  call(1, "1");
  answers(0, "10");
  call(2, "1");
  call(3, "2");
  answers(1, "20");
  auto text = counts();
  BOOST_TEST(text.starts_with(
      R"({"hits":1,"misses":2,"shared":0,"repeated":0,"passed":0,"entries":1,"bytes":)"));
  BOOST_TEST(text.ends_with(R"(,"evicted":1,"expired":0,"too_large":0})"));
}

BOOST_AUTO_TEST_CASE(what_is_wrong_with_its_options_is_told) {
  auto kind = behaviours::cache();
  BOOST_TEST(mistakes_of(kind, R"({"entries":10,"size":"1MiB","age":"1h"})").empty());
  BOOST_TEST(is_wrong(kind, R"({"age":5})", "age", "expected a duration"));
  BOOST_TEST(is_wrong(kind, R"({"entries":0})", "entries", "from 1 to"));
  BOOST_TEST(is_wrong(kind, R"({"size":"big"})", "size", "expected a size"));
  BOOST_TEST(is_wrong(kind, R"({"kinds":[]})", "kinds", "not an empty array"));
  BOOST_TEST(is_wrong(kind, R"({"aeg":"5s"})", "aeg", "did you mean \"age\""));
}

BOOST_AUTO_TEST_SUITE_END()
