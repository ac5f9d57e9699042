// Proves when a webhook tries again, how long it waits, and what it gives up, with a
// stand-in for its client of HTTP and a clock that the test moves.
#include "actors/followers/webhook.hpp"

#include "tests/actors/fixture.hpp"

using namespace troupe;
using namespace troupe::testing;

namespace webhooks {

using outbound::http_answer;

/// The requests of a webhook, for the test to answer.
struct request_record {
  std::vector<std::string> bodies;
  outbound::http_sender::answer_handler then;
  size_t abandoned = 0;
};

class recording_sender final : public outbound::http_sender {
public:
  explicit recording_sender(std::shared_ptr<request_record> record)
    : record_(std::move(record)) {}
  ~recording_sender() override { record_->then = nullptr; }

  void post(std::string body, answer_handler then) override {
    BOOST_TEST(!record_->then); // one at a time
    record_->bodies.push_back(std::move(body));
    record_->then = std::move(then);
  }
  void abandon() override {
    record_->abandoned += record_->then ? 1 : 0;
    record_->then = nullptr;
  }

private:
  std::shared_ptr<request_record> record_;
};

struct webhook_fixture : fixture {
  webhook_fixture() {
    times.timeout = 2s;
    times.delay = 100ms;
    times.longest_delay = 1s;
    times.patience = 1min;
  }

  void start() {
    follower_context context;
    context.node = "alpha";
    context.name = "audit";
    context.report = [this](delivery_trouble t) { troubles.push_back(std::move(t)); };
    hook = keep(sys.spawn(
        followers::webhook_behavior, std::move(context),
        followers::webhook_setup{
            times, [r = requests] { return std::make_unique<recording_sender>(r); }, 7}));
    run();
  }

  /// Hands it the events with these numbers.
  auto deliver(std::initializer_list<uint64_t> numbers) {
    event_batch batch;
    for (auto n : numbers)
      batch.events.push_back(
          {sequence_id{n}, "node_up",
           shared_bytes{"{\"seq\":" + std::to_string(n) + ",\"kind\":\"node_up\"}"}});
    return ask(hook, atom::follow_v, std::move(batch));
  }

  /// The server answers the request that is under way.
  void answers(result<http_answer, std::string> what) {
    BOOST_TEST_REQUIRE(bool{requests->then});
    std::exchange(requests->then, nullptr)(std::move(what));
    run();
  }
  void answers(unsigned status, std::optional<std::chrono::seconds> wait = {}) {
    answers(http_answer{status, wait, {}});
  }

  /// Moves the clock to just before the next attempt, then on; returns whether it is made
  /// then and not before.
  bool tries_again_when_told() {
    auto before = requests->bodies.size();
    advance(troubles.back().wait - 1ms);
    if (requests->bodies.size() != before)
      return false;
    advance(1ms);
    return requests->bodies.size() == before + 1;
  }

  followers::webhook_times times;
  std::shared_ptr<request_record> requests = std::make_shared<request_record>();
  std::vector<delivery_trouble> troubles;
  follower_actor hook;
};

} // namespace webhooks

BOOST_FIXTURE_TEST_SUITE(webhooks, webhook_fixture)

BOOST_AUTO_TEST_CASE(a_batch_is_one_request_and_the_next_one_waits_for_its_answer) {
  start();
  auto first = deliver({1, 2});
  BOOST_TEST_REQUIRE(requests->bodies.size() == 1u);
  BOOST_TEST(requests->bodies[0]
             == R"({"node":"alpha","follower":"audit","events":[)"
                R"({"seq":1,"kind":"node_up"},{"seq":2,"kind":"node_up"}]})");
  BOOST_TEST(!has_answer());
  answers(204);
  BOOST_TEST((answer_of<delivery>(first) == delivery::taken));
  auto second = deliver({3});
  answers(200);
  BOOST_TEST((answer_of<delivery>(second) == delivery::taken));
  BOOST_TEST(troubles.empty());
}

BOOST_AUTO_TEST_CASE(a_failed_connection_and_a_failing_server_are_tried_again) {
  start();
  auto asked = deliver({1});
  answers(failure(std::string{"127.0.0.1:9: Connection refused"}));
  BOOST_TEST(troubles.back().why == "127.0.0.1:9: Connection refused");
  BOOST_TEST(tries_again_when_told());
  for (unsigned status : {500u, 503u, 429u}) {
    answers(status);
    BOOST_TEST(troubles.back().why == "HTTP " + std::to_string(status));
    BOOST_TEST(tries_again_when_told());
  }
  BOOST_TEST(!has_answer());
  answers(200);
  BOOST_TEST((answer_of<delivery>(asked) == delivery::taken));
  BOOST_TEST(troubles.size() == 4u);
  for (auto& body : requests->bodies)
    BOOST_TEST(body == requests->bodies[0]);
}

BOOST_AUTO_TEST_CASE(delays_grow_to_their_bound_and_begin_anew_with_the_next_batch) {
  start();
  auto asked = deliver({1});
  for (int i = 0; i < 8; ++i) {
    answers(500);
    BOOST_TEST(tries_again_when_told());
  }
  BOOST_TEST(troubles[0].wait.count() <= 125);
  BOOST_TEST(troubles[7].wait.count() >= 750);
  for (auto& t : troubles)
    BOOST_TEST(t.wait.count() <= 1000);
  answers(200);
  answer_of<delivery>(asked);
  deliver({2});
  answers(500);
  BOOST_TEST(troubles.back().wait.count() <= 125);
}

BOOST_AUTO_TEST_CASE(what_the_server_would_refuse_again_is_dropped_with_the_reason) {
  start();
  for (unsigned status : {400u, 401u, 404u, 410u, 301u}) {
    auto asked = deliver({1});
    answers(http_answer{status, {}, "no such hook"});
    auto why = fault_of<delivery>(asked);
    BOOST_TEST(why.message == "HTTP " + std::to_string(status) + ": no such hook");
    advance(times.longest_delay);
  }
  advance(times.timeout);
  BOOST_TEST(troubles.empty());
  BOOST_TEST(requests->bodies.size() == 5u);
}

BOOST_AUTO_TEST_CASE(batches_that_are_refused_do_not_make_it_ask_faster) {
  start();
  auto shortest = 75ms, longest = 125ms;
  size_t requested = 0;
  for (unsigned status : {401u, 302u}) {
    auto asked = deliver({++requested});
    answers(status);
    fault_of<delivery>(asked);
    auto next = deliver({requested + 1});
    advance(shortest - 1ms);
    BOOST_TEST(requests->bodies.size() == requested);
    advance(longest - shortest + 1ms);
    BOOST_TEST_REQUIRE(requests->bodies.size() == ++requested);
    answers(status);
    fault_of<delivery>(next);
    advance(times.longest_delay);
    shortest *= 4;
    longest *= 4;
  }
  auto taken = deliver({8});
  answers(200);
  BOOST_TEST((answer_of<delivery>(taken) == delivery::taken));
  deliver({9});
  answers(500);
  BOOST_TEST(troubles.back().wait.count() <= 125); // it begins anew
}

BOOST_AUTO_TEST_CASE(what_was_given_up_does_not_shorten_the_wait_of_the_next_batch) {
  times.patience = 2s;
  start();
  for (unsigned status : {429u, 503u, 403u}) {
    auto before = requests->bodies.size();
    auto asked = deliver({1});
    answers(status, 5s);
    auto why = fault_of<delivery>(asked).message;
    BOOST_TEST(why.ends_with("HTTP " + std::to_string(status)), why);
    auto next = deliver({2});
    advance(5s - 1ms);
    BOOST_TEST(requests->bodies.size() == before + 1);
    advance(1ms);
    BOOST_TEST_REQUIRE(requests->bodies.size() == before + 2);
    answers(500); // has its own time
    BOOST_TEST(tries_again_when_told());
    answers(200);
    BOOST_TEST((answer_of<delivery>(next) == delivery::taken));
  }
}

BOOST_AUTO_TEST_CASE(less_patience_than_a_delay_is_one_attempt_each_delay) {
  times.patience = 50ms;
  start();
  auto asked = deliver({1});
  answers(failure(std::string{"Connection refused"}));
  BOOST_TEST(fault_of<delivery>(asked).message
             == "given up after 1 attempt: Connection refused");
  auto next = deliver({2});
  advance(74ms);
  BOOST_TEST(requests->bodies.size() == 1u);
  advance(51ms);
  BOOST_TEST(requests->bodies.size() == 2u);
  answers(200);
  BOOST_TEST((answer_of<delivery>(next) == delivery::taken));
}

BOOST_AUTO_TEST_CASE(a_server_may_ask_for_more_time_but_not_for_all_time) {
  times.patience = 0ms; // for ever
  start();
  deliver({1});
  answers(429, 5s);
  BOOST_TEST((troubles.back().wait == 5s));
  BOOST_TEST(tries_again_when_told());
  answers(503, 24h);
  BOOST_TEST((troubles.back().wait == limits::webhook_wait_most));
}

BOOST_AUTO_TEST_CASE(a_server_that_never_answers_is_given_up_and_asked_again) {
  start();
  auto asked = deliver({1});
  advance(times.timeout - 1ms);
  BOOST_TEST(requests->abandoned == 0u);
  advance(1ms);
  BOOST_TEST(requests->abandoned == 1u);
  BOOST_TEST(troubles.back().why == "no answer within 2000 ms");
  BOOST_TEST(tries_again_when_told());
  answers(200);
  BOOST_TEST((answer_of<delivery>(asked) == delivery::taken));
}

BOOST_AUTO_TEST_CASE(an_answer_that_comes_too_late_is_that_of_no_other_request) {
  start();
  auto asked = deliver({1});
  auto late = requests->then;
  advance(times.timeout);
  BOOST_TEST(tries_again_when_told());
  late(http_answer{404, {}, {}}); // was on its way as the request was given up
  run();
  BOOST_TEST(!has_answer());
  answers(200);
  BOOST_TEST((answer_of<delivery>(asked) == delivery::taken));
}

BOOST_AUTO_TEST_CASE(many_quick_answers_need_no_timer_each) {
  start();
  for (uint64_t i = 1; i <= 100; ++i) {
    auto asked = deliver({i});
    answers(200);
    answer_of<delivery>(asked);
  }
  // Each timer fires at a time of its own: those that are left are due at once.
  auto due =
      std::distance(sched.clock().schedule().begin(), sched.clock().schedule().end());
  BOOST_TEST(due <= 1);
}

BOOST_AUTO_TEST_CASE(a_batch_that_cannot_be_delivered_for_too_long_is_dropped) {
  times.patience = 500ms;
  start();
  auto asked = deliver({1});
  size_t attempts = 0;
  while (!has_answer()) {
    answers(500);
    ++attempts;
    if (!has_answer())
      BOOST_TEST_REQUIRE(tries_again_when_told());
  }
  auto why = fault_of<delivery>(asked);
  BOOST_TEST(why.message
             == "given up after " + std::to_string(attempts) + " attempts: HTTP 500");
  BOOST_TEST(attempts >= 2u);
  auto next = deliver({2});
  BOOST_TEST(!requests->then); // the server rests as after any failed attempt
  advance(times.longest_delay);
  answers(200);
  BOOST_TEST((answer_of<delivery>(next) == delivery::taken));
}

BOOST_AUTO_TEST_CASE(one_that_ends_gives_up_its_request) {
  start();
  deliver({1});
  self->send_exit(hook, caf::exit_reason::user_shutdown);
  run();
  BOOST_TEST(!requests->then);
  advance(times.timeout);
  BOOST_TEST(requests->bodies.size() == 1u);
}

BOOST_AUTO_TEST_SUITE_END()
