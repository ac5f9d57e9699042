// The spans that BROKER records of calls that are part of a trace.
#include "tests/actors/broker/support_broker.hpp"

#include <set>

using namespace troupe;
using namespace troupe::testing;

namespace broker_spans {

const std::string parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-0";

/// Remembers all that it is given.
class span_record : public span_recorder {
public:
  void record(span s) override { all.push_back(std::move(s)); }

  std::vector<span> all;
};

struct traced_fixture : broker_fixture {
  /// Starts a BROKER whose node records spans.
  void start_recording() {
    auto shared = std::make_shared<pool_context>(*context());
    shared->records.spans = recorder;
    actor = keep(sys.spawn(broker::broker_behavior, pool_context_ptr{shared}));
    verify_always<broker::broker_self>(actor);
    run();
  }

  call make_traced(uint64_t tag, const char* flag = "1") const {
    auto c = make(tag);
    c.trace = trace_context::parse(parent + flag, "a=1");
    return c;
  }

  /// Returns the trace that the worker got with its `j`th job.
  std::string given(size_t n, size_t j = 0) {
    auto& trace = worker(n).jobs.at(j).what.trace;
    return trace ? std::string{trace->traceparent()} : "none";
  }

  /// Returns the spans as `what worker code milliseconds`.
  std::vector<std::string> spans() const {
    std::vector<std::string> all;
    for (auto& s : recorder->all) {
      auto took = std::chrono::duration_cast<milliseconds>(s.end - s.begin);
      all.push_back((s.what == span::phase::run ? "run " + s.worker : "wait") + " "
                    + (s.error == code::none ? "ok" : to_string(s.error)) + " "
                    + std::to_string(took.count()));
    }
    return all;
  }

  void expect(const std::vector<std::string>& wanted) const {
    auto all = spans();
    BOOST_TEST(all == wanted, boost::test_tools::per_element());
  }

  const fault death{code::worker_died, "gone"};
  std::shared_ptr<span_record> recorder = std::make_shared<span_record>();
};

} // namespace broker_spans

BOOST_FIXTURE_TEST_SUITE(broker_spans, traced_fixture)

BOOST_AUTO_TEST_CASE(without_a_recorder_the_worker_gets_the_trace_of_the_caller) {
  start();
  join(0, 2);
  submit({make_traced(1), make(2)});
  BOOST_TEST(given(0, 0) == parent + "1");
  BOOST_TEST(worker(0).jobs[0].what.trace->tracestate() == "a=1");
  BOOST_TEST(given(0, 1) == "none");
}

BOOST_AUTO_TEST_CASE(a_call_has_a_span_while_it_waits_and_one_while_it_runs) {
  start_recording();
  submit({make_traced(1)});
  advance(20ms);
  join(0);
  advance(30ms);
  answer(0, 0, "1");
  expect({"wait ok 20", "run " + pool.name + ".0 ok 30"});
  auto& wait = recorder->all[0];
  auto& run = recorder->all[1];
  BOOST_TEST((wait.end == run.begin));
  BOOST_TEST(wait.id != run.id);
  for (auto s : {&wait, &run}) {
    BOOST_TEST(s->parent->traceparent() == parent + "1");
    BOOST_TEST(s->pool == pool.name);
    BOOST_TEST(s->id != 0u);
  }
  auto now = std::chrono::system_clock::now();
  BOOST_TEST((run.end < now + 1min && run.end > now - 1min));
}

BOOST_AUTO_TEST_CASE(the_run_is_the_parent_of_what_the_worker_does) {
  start_recording();
  join(0);
  submit({make_traced(1)});
  answer(0, 0, "1");
  BOOST_TEST_REQUIRE(recorder->all.size() == 2u);
  BOOST_TEST(given(0)
             == "00-0af7651916cd43dd8448eb211c80319c-" + to_span_id(recorder->all[1].id)
                    + "-01");
  BOOST_TEST(worker(0).jobs[0].what.trace->tracestate() == "a=1");
}

BOOST_AUTO_TEST_CASE(what_the_caller_does_not_record_passes_unchanged_and_has_no_spans) {
  start_recording();
  join(0, 2);
  submit({make_traced(1, "0"), make(2)});
  BOOST_TEST(given(0, 0) == parent + "0");
  BOOST_TEST(given(0, 1) == "none");
  answer(0, 0, "1");
  answer(0, 1, "1");
  expect({});
}

BOOST_AUTO_TEST_CASE(an_error_ends_the_span_in_which_it_comes) {
  pool.queue_limit = 1;
  pool.queue_timeout = 50ms;
  start_recording();
  join(0);
  submit({make_traced(1), make_traced(2), make_traced(3)});
  advance(60ms);
  fail(0, 0, {code::worker_error, "no", {.answered = true}});
  auto worker = pool.name + ".0";
  expect({"wait ok 0", "wait busy 0", "wait queue_timeout 50",
          "run " + worker + " worker_error 60"});
  BOOST_TEST(recorder->all[3].message == "no");
}

BOOST_AUTO_TEST_CASE(a_call_that_is_run_again_has_a_wait_and_a_run_for_each_worker) {
  pool.retries = 1;
  start_recording();
  join(0);
  auto c = make_traced(1);
  c.idempotent = true;
  submit({c});
  advance(10ms);
  die(0, death);
  advance(20ms);
  auto fresh = join(0);
  advance(30ms);
  answer(fresh, 0, "1");
  auto worker = pool.name + ".0";
  // The dead worker is offered it once more: SUPERVISOR has not taken it out yet.
  expect({"wait ok 0", "run " + worker + " worker_died 10", "wait ok 0",
          "run " + worker + " unavailable 0", "wait ok 20", "run " + worker + " ok 30"});
  BOOST_TEST(given(0) != given(fresh));
}

BOOST_AUTO_TEST_CASE(a_call_that_its_worker_gives_back_waits_again) {
  pool.size = 2;
  start_recording();
  join(0);
  submit({make_traced(1)});
  return_call(0);
  join(1);
  advance(5ms);
  answer(1, 0, "1");
  expect({"wait ok 0", "run " + pool.name + ".0 worker_died 0", "wait ok 0",
          "run " + pool.name + ".1 ok 5"});
}

BOOST_AUTO_TEST_CASE(a_caller_that_leaves_ends_the_spans_of_its_calls) {
  start_recording();
  join(0);
  submit({make_traced(1), make_traced(2), make_traced(3)});
  advance(10ms);
  cancel(3);
  tell(actor, atom::forget_v, reply_sink_ptr{sink});
  expect({"wait ok 0", "wait cancelled 10", "wait cancelled 10",
          "run " + pool.name + ".0 cancelled 10"});
  release(0);
  answer(0, 0, "1"); // nobody waits: no second end
  BOOST_TEST(recorder->all.size() == 4u);
}

BOOST_AUTO_TEST_CASE(no_two_ids_are_the_same) {
  std::set<uint64_t> ids;
  for (int i = 0; i < 10'000; ++i)
    BOOST_REQUIRE(ids.insert(recorder->make_id()).second);
}

BOOST_AUTO_TEST_SUITE_END()
