// Proves that many are asked and one goes on, once, with what came in time.
#include "actors/interfaces/fan_in.hpp"

#include "tests/actors/fixture.hpp"

using namespace troupe;
using namespace troupe::testing;

namespace fan_ins {

using numbers = std::vector<uint64_t>;
using asking = fan_in<numbers>;

/// An actor asks others for numbers. What they do is the test's business.
struct fan_in_fixture : fixture {
  caf::actor answering(uint64_t n) {
    return keep(
        sys.spawn([n]() -> caf::behavior { return {[n](atom::status) { return n; }}; }));
  }
  caf::actor failing() {
    return keep(sys.spawn([]() -> caf::behavior {
      return {
          [](atom::status) -> caf::result<uint64_t> { return caf::sec::runtime_error; }};
    }));
  }
  /// Answers with a number when the test tells it that.
  caf::actor waiting() {
    return keep(sys.spawn([this](caf::event_based_actor* a) -> caf::behavior {
      return {[this, a](atom::status) -> caf::result<uint64_t> {
                promise = a->make_response_promise<uint64_t>();
                return promise;
              },
              [this](uint64_t n) { promise.deliver(n); }};
    }));
  }

  /// Has an actor ask each of these.
  void ask_all(const std::vector<caf::actor>& whom) {
    keep(sys.spawn([this, whom](caf::event_based_actor* a) -> caf::behavior {
      auto all = std::make_shared<asking>(note());
      for (auto& w : whom)
        all->expect<uint64_t>(
            a->request(w, 1s, atom::status_v),
            [](numbers& found, uint64_t n) { found.push_back(n); },
            [this](numbers&, caf::error&) { ++failed; });
      all->close();
      return {[](internal::check_sessions) {}};
    }));
    run();
  }
  asking::finisher note() {
    return [this](numbers& found) { finished.push_back(found); };
  }

  caf::typed_response_promise<uint64_t> promise;
  size_t failed = 0;
  /// What was gathered, each time that the asking was done.
  std::vector<numbers> finished;
};

} // namespace fan_ins

BOOST_FIXTURE_TEST_SUITE(fan_ins, fan_in_fixture)

BOOST_AUTO_TEST_CASE(it_goes_on_once_when_the_last_has_answered) {
  auto slow = waiting();
  ask_all({answering(1), slow, answering(2)});
  BOOST_TEST(finished.empty());
  tell(slow, uint64_t{3});
  BOOST_TEST_REQUIRE(finished.size() == 1u);
  BOOST_TEST(finished.front() == (numbers{1, 2, 3}));
}

BOOST_AUTO_TEST_CASE(who_fails_or_does_not_answer_in_time_is_left_out) {
  auto slow = waiting();
  ask_all({failing(), slow, answering(2)});
  BOOST_TEST(finished.empty());
  advance(1001ms);
  BOOST_TEST_REQUIRE(finished.size() == 1u);
  BOOST_TEST(finished.front() == (numbers{2}));
  BOOST_TEST(failed == 2u);
  tell(slow, uint64_t{3}); // nobody waits for it any more
  BOOST_TEST(finished.size() == 1u);
}

BOOST_AUTO_TEST_CASE(if_nobody_is_asked_it_goes_on_at_once) {
  ask_all({});
  BOOST_TEST_REQUIRE(finished.size() == 1u);
  BOOST_TEST(finished.front().empty());
}

BOOST_AUTO_TEST_CASE(a_question_that_an_answer_leads_to_is_waited_for) {
  auto slow = waiting();
  keep(sys.spawn([this, first = answering(1),
                  second = slow](caf::event_based_actor* a) -> caf::behavior {
    auto all = std::make_shared<asking>(note());
    all->expect<uint64_t>(
        a->request(first, 1s, atom::status_v), [=](numbers& found, uint64_t n) {
          found.push_back(n);
          all->expect<uint64_t>(a->request(second, 1s, atom::status_v),
                                [](numbers& f, uint64_t m) { f.push_back(m); });
        });
    all->close();
    return {[](internal::check_sessions) {}};
  }));
  run();
  BOOST_TEST(finished.empty());
  tell(slow, uint64_t{2});
  BOOST_TEST_REQUIRE(finished.size() == 1u);
  BOOST_TEST(finished.front() == (numbers{1, 2}));
}

BOOST_AUTO_TEST_CASE(callbacks_are_awaited_as_answers_are) {
  auto all = std::make_shared<asking>(note());
  auto first = all->expect([](numbers& found, uint64_t n) { found.push_back(n); });
  auto second = all->expect([](numbers& found) { found.push_back(7); });
  all->close();
  first(uint64_t{5});
  BOOST_TEST(finished.empty());
  second();
  BOOST_TEST_REQUIRE(finished.size() == 1u);
  BOOST_TEST(finished.front() == (numbers{5, 7}));
}

BOOST_AUTO_TEST_SUITE_END()
