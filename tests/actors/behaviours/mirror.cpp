#include "actors/behaviours/mirror.hpp"

#include "actors/behaviours/call_share.hpp"
#include "tests/actors/behaviours/support_front.hpp"

using namespace troupe;
using namespace troupe::testing;

namespace mirrors_of_pools {

struct mirror_fixture : front_fixture {
  void start(std::string_view options) {
    front_fixture::start(behaviours::mirror(), options);
  }
};

} // namespace mirrors_of_pools

BOOST_FIXTURE_TEST_SUITE(mirrors_of_pools, mirror_fixture)

BOOST_AUTO_TEST_CASE(each_call_goes_to_both_pools_and_only_the_first_answers) {
  start(R"({"to":"next"})");
  call(1, "[1]");
  BOOST_TEST_REQUIRE(called() == "behind next");
  auto& copy = host->calls[1].what;
  BOOST_TEST(copy.payload == "[1]");
  BOOST_TEST(copy.parent == 0u); // it does not end with its original
  BOOST_TEST((copy.timeout == 10s));
  answers(1, "wrong");
  BOOST_TEST(sink->count(1) == 0u);
  answers(0, "right");
  BOOST_TEST(sink->result(1) == "right");
  BOOST_TEST(sink->count(1) == 1u);
}

BOOST_AUTO_TEST_CASE(errors_of_the_second_pool_are_counted_and_never_seen) {
  start(R"({"to":"next"})");
  call(1);
  call(2);
  fails(1, {code::pool_not_found, "no"});
  fails(3, {code::pool_not_found, "no"});
  answers(0, "1");
  answers(2, "2");
  BOOST_TEST(sink->result(1) == "1");
  BOOST_TEST(sink->result(2) == "2");
  BOOST_TEST(counts()
             == R"({"calls":2,"copied":2,"skipped":0,"running":0,"results":0,)"
                R"("errors":{"pool_not_found":2}})");
}

BOOST_AUTO_TEST_CASE(errors_of_the_first_pool_are_the_caller_s) {
  start(R"({"to":"next"})");
  call(1);
  fails(0, {code::worker_error, "no"});
  answers(1, "yes");
  BOOST_TEST((sink->error(1).what == code::worker_error));
}

BOOST_AUTO_TEST_CASE(a_share_of_the_calls_is_copied) {
  start(R"({"to":"next","share":0.5})");
  for (uint64_t id = 1; id <= 4; ++id)
    call(id);
  BOOST_TEST(called() == "behind behind next behind behind next");
}

BOOST_AUTO_TEST_CASE(no_more_copies_run_than_may) {
  start(R"({"to":"next","at_once":1})");
  call(1);
  call(2);
  BOOST_TEST(called() == "behind next behind");
  answers(1, "1");
  call(3);
  BOOST_TEST(called() == "behind next behind behind next");
  BOOST_TEST(counts()
             == R"({"calls":3,"copied":2,"skipped":1,"running":1,"results":1,)"
                R"("errors":{}})");
}

BOOST_AUTO_TEST_CASE(a_copy_that_its_host_has_no_room_for_is_skipped) {
  start(R"({"to":"next","at_once":65536})");
  call(1);
  call(2);
  fails(1, {code::busy, "no room", {.worker = worker_facts{"front.0"}}});
  fails(3, {code::busy, "the second pool's own", {.worker = worker_facts{"next.0"}}});
  answers(0, "1");
  BOOST_TEST(sink->result(1) == "1");
  BOOST_TEST(counts()
             == R"({"calls":2,"copied":1,"skipped":1,"running":0,"results":0,)"
                R"("errors":{"busy":1}})");
}

BOOST_AUTO_TEST_CASE(parts_are_those_of_the_first_pool) {
  start(R"({"to":"next"})");
  auto c = make_call(1);
  c.chunks = streaming(1);
  call(std::move(c));
  BOOST_TEST_REQUIRE(called() == "behind next");
  BOOST_TEST(host->calls[0].what.passes_chunks);
  BOOST_TEST(!host->calls[1].what.passes_chunks);
}

BOOST_AUTO_TEST_CASE(a_share_is_exact_and_evenly_spread) {
  for (auto share : {0.0, 0.001, 0.1, 0.25, 1.0 / 3, 0.5, 0.999, 1.0}) {
    behaviours::call_share picks{share};
    auto picked = 0;
    for (int n = 1; n <= 100'000; ++n) {
      picked += picks.pick() ? 1 : 0;
      BOOST_TEST_REQUIRE(std::abs(picked - n * share) < 1.5);
    }
  }
}

BOOST_AUTO_TEST_CASE(what_is_wrong_with_its_options_is_told) {
  auto kind = behaviours::mirror();
  BOOST_TEST(is_wrong(kind, "{}", "to", "is missing"));
  BOOST_TEST(is_wrong(kind, R"({"to":"a b"})", "to", "expected the name of a pool"));
  BOOST_TEST(is_wrong(kind, R"({"to":5})", "to", "expected a string"));
  BOOST_TEST(is_wrong(kind, R"({"to":"a","share":2})", "share", "from 0 to 1"));
  BOOST_TEST(is_wrong(kind, R"({"to":"a","at_once":0})", "at_once", "from 1 to"));
  auto pools = kind.pools({{"to", "a"}});
  BOOST_TEST((pools == std::vector<config::named_pool>{{"to", "a"}}));
}

BOOST_AUTO_TEST_SUITE_END()
