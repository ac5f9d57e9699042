// What a worker may cost its node and its neighbours, whatever it says.
#include "protocol/base/fault_json.hpp"
#include "protocol/base/json_text.hpp"
#include "protocol/base/limits.hpp"
#include "tests/actors/worker/support_worker.hpp"

#include <spdlog/sinks/ostream_sink.h>

#include <sstream>

using namespace troupe;
using namespace troupe::os;
using namespace troupe::worker;
using namespace troupe::testing;

namespace worker_floods {

/// Remembers what of it is read; its outbox can be left full.
class watched_child : public fake_child {
public:
  using fake_child::fake_child;
  void commit() override {
    if (reads)
      fake_child::commit();
  }
  void read_output(bool on) override { output = on; }
  void read_control(bool on) override { control = on; }
  void read_log(bool on) override { log = on; }

  /// It takes what it is sent.
  bool reads = true;
  bool output = true;
  bool control = true;
  bool log = true;
};

struct flood_fixture : worker_fixture {
  flood_fixture() {
    start();
    tell(owner(0), atom::spawned_v, launch_result{child_ptr{child}});
    writes(0, R"({"kind":"ready","payload":{"protocol":1}})");
  }

  /// The child writes this line so often, as 64 KiB at a time.
  void repeats(const std::string& line, size_t times) {
    std::string all;
    while (times > 0) {
      all.clear();
      for (; times > 0 && all.size() < limits::read_chunk; --times)
        all += line + "\n";
      tell(actor, atom::output_v, shared_bytes{all});
    }
  }

  std::shared_ptr<watched_child> child = std::make_shared<watched_child>(1);
};

} // namespace worker_floods

BOOST_FIXTURE_TEST_SUITE(worker_floods, flood_fixture)

BOOST_AUTO_TEST_CASE(a_child_that_says_too_much_is_not_read_until_it_has_paid) {
  repeats("x", 30'000);
  BOOST_TEST(!child->output);
  BOOST_TEST(!child->control);
  BOOST_TEST(child->log); // that one has a budget of its own
  auto at_once = status().stray;
  BOOST_TEST(at_once > 1000u);
  BOOST_TEST(at_once < 20'000u);
  advance(2s); // all of it costs 1.5 s, of which half a second is free
  BOOST_TEST(status().stray == 30'000u);
  BOOST_TEST(child->output);
  BOOST_TEST(child->control);
  BOOST_TEST(status().slowed_ms > 500u);
  BOOST_TEST(status().slowed_ms < 1500u);
}

BOOST_AUTO_TEST_CASE(what_says_nothing_is_not_free_either) {
  for (std::string line :
       {"", "\r", "  ", R"({"kind":"ready","payload":{"protocol":1}})",
        R"({"kind":"ready"})", R"({"kind":"cancel","request_id":"mine"})",
        R"({"kind":"pong","request_id":"ping.1"})", "{}"}) {
    repeats(line, 150'000);
    BOOST_TEST(!child->output, "'" << line << "'");
    advance(20s); // it has paid
    BOOST_TEST(child->output, "'" << line << "'");
  }
}

BOOST_AUTO_TEST_CASE(answers_and_parts_that_were_asked_for_cost_nothing) {
  for (uint64_t i = 1; i <= 3000; ++i) {
    give(i);
    answers("0." + std::to_string(i));
  }
  BOOST_TEST(sink->result(3000) == "1");
  BOOST_TEST(status().slowed_ms == 0u);
}

BOOST_AUTO_TEST_CASE(an_answer_behind_a_flood_comes_when_that_is_paid_for) {
  give(1);
  repeats(R"({"kind":"pong","request_id":"p"})", 20'000);
  answers("0.1", "42");
  BOOST_TEST(sink->count(1) == 0u);
  advance(1500ms);
  BOOST_TEST(sink->result(1) == "42");
}

BOOST_AUTO_TEST_CASE(what_a_child_said_before_its_end_counts_however_much_that_was) {
  give(1);
  repeats(R"({"kind":"pong","request_id":"p"})", 20'000);
  answers("0.1", "42");
  complains(0, "last words\n");
  dies(3);
  BOOST_TEST(sink->result(1) == "42"); // without waiting
  BOOST_REQUIRE(end.has_value());
  BOOST_TEST(end->what == code::worker_died);
  BOOST_TEST(has(to_json_members(end->details), "last words"));
}

BOOST_AUTO_TEST_CASE(events_that_are_not_taken_in_time_are_dropped_and_counted) {
  repeats(R"({"kind":"event","payload":1})", 3000);
  auto sent = count_events("worker_event");
  BOOST_TEST(sent > 100u);
  BOOST_TEST(sent < 2000u);
  BOOST_TEST(status().dropped_events == 3000 - sent);
  BOOST_TEST(count_events("worker_events_dropped") == 0u);
  advance(limits::loss_report); // those who follow are told once, not each time
  BOOST_REQUIRE(count_events("worker_events_dropped") == 1u);
  BOOST_TEST(has(to_text(published->back().members),
                 "\"count\":" + std::to_string(3000 - sent)));
  for (auto& e : *published)
    if (e.flow)
      e.flow->remove(e.cost()); // EVENTS takes them
  repeats(R"({"kind":"event","payload":1})", 1);
  BOOST_TEST(count_events("worker_event") == sent + 1);
}

BOOST_AUTO_TEST_CASE(an_event_that_is_too_long_is_dropped_and_counted) {
  repeats(R"({"kind":"event","payload":")" + std::string(limits::event_bytes, 'x')
              + R"("})",
          1);
  BOOST_TEST(count_events("worker_event") == 0u);
  advance(100ms);
  BOOST_TEST(status().dropped_events == 1u);
}

BOOST_AUTO_TEST_CASE(a_child_that_does_not_read_the_answers_to_its_calls_is_not_heard) {
  child->reads = false;
  for (int i = 0; i < 100 && child->outbox().size() <= limits::child_backlog; ++i) {
    repeats(R"({"kind":"call","request_id":"a","payload":1})", 1000);
    advance(200ms); // for what it costs
  }
  BOOST_TEST(!child->output);
  BOOST_TEST(child->outbox().size() > limits::child_backlog);
  BOOST_TEST(child->outbox().size() < 2 * limits::child_backlog);
  child->outbox().clear();
  tell(actor, atom::written_v);
  BOOST_TEST(child->output);
}

struct log_fixture : flood_fixture {
  log_fixture()
    : flood_fixture() {
    to->set_pattern("%v");
    actor_log()->sinks().push_back(to);
  }

  /// The log of the worker's pool, which the fixture made for it.
  std::shared_ptr<spdlog::logger> actor_log() {
    return caf::actor_cast<worker_self*>(actor)->state.pool->log;
  }

  size_t lines() {
    auto text = out.str();
    return static_cast<size_t>(std::count(text.begin(), text.end(), '\n'));
  }

  std::ostringstream out;
  std::shared_ptr<spdlog::sinks::ostream_sink_st> to =
      std::make_shared<spdlog::sinks::ostream_sink_st>(out);
};

BOOST_FIXTURE_TEST_CASE(of_a_flood_of_log_lines_a_part_is_logged_and_the_rest_counted,
                        log_fixture) {
  std::string text;
  for (int i = 0; i < 5000; ++i)
    text += "line " + std::to_string(i) + "\n";
  complains(0, text);
  advance(100ms);
  BOOST_TEST(lines() >= limits::log_lines_burst);
  BOOST_TEST(lines() < limits::log_lines_burst + 200);
  auto lost = status().dropped_log_lines;
  BOOST_TEST(lost == 5000 - lines());
  advance(limits::loss_report);
  BOOST_TEST(has(out.str(), std::to_string(lost) + " lines left out of the log"));
  BOOST_TEST(child->log); // it has paid
}

BOOST_FIXTURE_TEST_CASE(stray_output_and_log_messages_share_that_limit, log_fixture) {
  repeats("stray", 1500);
  repeats(R"({"kind":"log","payload":"x"})", 1500);
  advance(300ms);
  BOOST_TEST(lines() < limits::log_lines_burst + 500);
  BOOST_TEST(status().dropped_log_lines == 3000 - lines());
}

BOOST_FIXTURE_TEST_CASE(a_log_message_is_cut_and_long_ones_are_limited_in_bytes,
                        log_fixture) {
  repeats(R"({"kind":"log","payload":")" + std::string(3000, 'x') + R"("})", 1000);
  advance(100ms);
  BOOST_TEST(out.str().size() < 1000 * (limits::stderr_line_bytes + 100));
  BOOST_TEST(out.str().size() < limits::log_bytes_burst + limits::log_bytes);
  BOOST_TEST(status().dropped_log_lines > 100u);
}

BOOST_FIXTURE_TEST_CASE(what_was_left_out_of_the_log_is_told_at_the_childs_end,
                        log_fixture) {
  repeats("stray", 3000);
  dies(1);
  BOOST_TEST(has(out.str(), "lines left out of the log"));
}

BOOST_AUTO_TEST_SUITE_END()
