// Proves that each caller of a worker of goridge gets its own answer, though workers tell
// errors beside their answers, and though some do not know the word to stop.
#include "protocol/web/web_frame.hpp"
#include "protocol/wires/goridge.hpp"
#include "tests/protocol/speller.hpp"

#include <boost/test/unit_test.hpp>

using namespace troupe;
using namespace troupe::wires;
using namespace std::chrono_literals;

namespace gf = goridge_frame;

namespace goridge_second_answers {

std::string frame_of(uint8_t flags, uint8_t bits, std::optional<std::string_view> context,
                     std::string_view body) {
  std::string out;
  gf::append(out, flags, bits, context, body);
  return out;
}

const auto pid_of_worker = frame_of(gf::control, 0, std::nullopt, R"({"pid":7})");
const auto question = frame_of(gf::control | gf::json, 0, std::nullopt, R"({"pid":100})");
const auto error_boom = frame_of(gf::error, 0, std::nullopt, "boom");
constexpr auto beside = "log told an error beside its answer: boom";

std::string answer_of(int status, std::string_view body) {
  return frame_of(0, 0, R"({"status":)" + std::to_string(status) + "}", body);
}

std::string part_of(std::string_view body) {
  return frame_of(0, gf::stream, R"({"status":200})", body);
}

/// A worker that is ready, with a web call in it.
struct fixture {
  fixture() {
    std::string greeting;
    w.send_handshake(greeting, {"n", "p", "p.0", 1, 100});
    BOOST_TEST((greeting == question));
    feed(pid_of_worker);
    call();
  }

  /// Gives it the next web call.
  void call() {
    std::string out;
    BOOST_TEST(!!w.send_call(out, {0, ++calls}, "http", web::join({"{}", ""}).view(),
                             {1s, true, nullptr, payload_form::web}));
  }

  std::string cancel() {
    std::string out;
    BOOST_TEST(w.send_cancel(out, {0, calls}));
    return out;
  }

  /// Returns the frames of what it says, spelled; of web answers the body.
  std::vector<std::string> feed(const std::string& bytes) {
    std::vector<wire_frame> found;
    w.feed(shared_bytes{bytes}, found);
    return spell(found);
  }

  /// Returns what its end brings.
  std::vector<std::string> feed_end() {
    std::vector<wire_frame> found;
    w.feed_end(found);
    return spell(found);
  }

  static std::vector<std::string> spell(const std::vector<wire_frame>& found) {
    std::vector<std::string> out;
    for (auto& f : found) {
      auto answer = std::get_if<frame::answer>(&f);
      auto part = std::get_if<frame::chunk>(&f);
      if (answer && answer->result)
        out.push_back("answer " + test::speller::spell(answer->id) + " "
                      + body_of(*answer->result));
      else if (answer)
        out.push_back("error " + test::speller::spell(answer->id) + " "
                      + answer->result.error().message);
      else
        out.push_back(part ? "part " + body_of(part->payload)
                           : std::visit(test::speller{}, f));
    }
    return out;
  }

  static std::string body_of(const shared_bytes& payload) {
    return std::string{web::split(payload.view()).value().body};
  }

  goridge w{1000};
  uint32_t calls = 0;
};

template <class... Lines>
void check(const std::vector<std::string>& found, const Lines&... expected) {
  std::vector<std::string> all{std::string{expected}...};
  BOOST_TEST(found == all, boost::test_tools::per_element());
}

} // namespace goridge_second_answers

BOOST_FIXTURE_TEST_SUITE(goridge_second_answers, fixture)

BOOST_AUTO_TEST_CASE(an_error_after_an_answer_of_status_500_is_a_line_of_the_log) {
  check(feed(answer_of(500, "sorry")), "reply " + question);
  check(feed(error_boom), beside);
  check(feed(pid_of_worker), "answer 0.1 sorry");
  call();
  check(feed(answer_of(200, "fine")), "answer 0.2 fine");
}

BOOST_AUTO_TEST_CASE(other_answers_do_not_wait) {
  for (int status : {200, 302, 404, 499}) {
    check(feed(answer_of(status, "x")), "answer 0." + std::to_string(calls) + " x");
    call();
  }
}

BOOST_AUTO_TEST_CASE(an_error_between_two_calls_is_a_line_of_the_log) {
  check(feed(answer_of(200, "a") + error_boom), "answer 0.1 a", beside);
  call();
  check(feed(answer_of(200, "b")), "answer 0.2 b");
}

BOOST_AUTO_TEST_CASE(
    an_error_that_comes_after_the_next_call_left_does_not_take_its_place) {
  check(feed(answer_of(200, "a")), "answer 0.1 a");
  call();
  check(feed(error_boom), "reply " + question);
  check(feed(answer_of(200, "b")), beside);
  check(feed(pid_of_worker), "answer 0.2 b");
  call();
  check(feed(error_boom + part_of("c")), "reply " + question, beside, "part c");
  // A worker that streams may pass over the question.
  check(feed(frame_of(0, 0, "", "d")), "answer 0.3 d");
  check(feed(pid_of_worker), "nothing 1");
}

BOOST_AUTO_TEST_CASE(an_error_alone_is_the_answer) {
  check(feed(error_boom), "reply " + question);
  check(feed(pid_of_worker), "error 0.1 boom");
}

BOOST_AUTO_TEST_CASE(a_worker_that_ends_after_an_error_has_answered) {
  check(feed(answer_of(503, "sorry")), "reply " + question);
  check(feed_end(), "answer 0.1 sorry");
  check(feed_end());
}

BOOST_AUTO_TEST_CASE(a_worker_that_loses_its_framing_after_an_error_has_answered) {
  auto found = feed(error_boom + "Fatal error\n");
  BOOST_TEST_REQUIRE(found.size() == 3u);
  BOOST_TEST(found[1] == "error 0.1 boom");
  BOOST_TEST(found[2].starts_with("broken "));
  check(feed_end());
}

BOOST_AUTO_TEST_CASE(a_word_to_stop_after_an_error_retires_the_worker) {
  check(feed(error_boom + frame_of(0, 0, R"({"stop":true})", "")), "reply " + question,
        "error 0.1 boom", "retire");
}

BOOST_AUTO_TEST_CASE(a_second_answer_that_is_no_error_still_loses_the_conversation) {
  auto found = feed(answer_of(500, "a") + answer_of(200, "b"));
  BOOST_TEST_REQUIRE(found.size() == 3u);
  BOOST_TEST(found[1] == "answer 0.1 a");
  BOOST_TEST(found[2].starts_with("broken "));
}

BOOST_AUTO_TEST_CASE(a_stream_that_was_told_to_stop_waits_until_the_word_is_read) {
  check(feed(part_of("a")), "part a");
  BOOST_TEST((cancel() == frame_of(0, gf::stop, "", "") + question));
  check(feed(part_of("b")), "part b");
  check(feed(frame_of(0, 0, "", "")));
  check(feed(pid_of_worker), "answer 0.1 ");
  // It may also read the word in the middle of its stream.
  call();
  check(feed(part_of("a")), "part a");
  cancel();
  check(feed(pid_of_worker));
  check(feed(error_boom), "reply " + question);
  check(feed(pid_of_worker), "error 0.2 boom");
}

BOOST_AUTO_TEST_CASE(a_worker_that_takes_the_word_to_stop_for_a_call_is_replaced) {
  feed(part_of("a"));
  cancel();
  check(feed(frame_of(0, 0, "", "end")));
  BOOST_TEST(cancel().empty()); // it has ended
  check(feed(answer_of(400, "what?")), "answer 0.1 end", "retire");
  check(feed(answer_of(400, "more")), "nothing 1");
  check(feed(pid_of_worker));
}

BOOST_AUTO_TEST_CASE(a_worker_that_ends_with_the_word_to_stop_has_answered) {
  feed(part_of("a"));
  cancel();
  check(feed(frame_of(0, 0, "", "end")));
  check(feed_end(), "answer 0.1 end");
}

BOOST_AUTO_TEST_SUITE_END()
