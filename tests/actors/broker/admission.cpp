#include "actors/broker/admission.hpp"

#include "tests/actors/fixture.hpp"

using namespace troupe;
using namespace troupe::broker;
using namespace std::chrono_literals;

namespace admissions {

struct admission_fixture {
  broker::admission admission;
  config::pool pool;
  call c;
  steady_clock::time_point now{1h};

  admission_fixture() {
    pool.name = "p";
    pool.size = 2;
    pool.max_frame = 10;
    c.kind = shared_bytes{std::string{"k"}};
    c.payload = shared_bytes{std::string{"1"}};
  }

  static code code_in(const result<>& valid) {
    return valid ? code::none : valid.error().what;
  }
  /// `code::none` if the call is taken.
  code refusal(bool is_new = true) const {
    return code_in(admission.validate(c, is_new, pool, now));
  }
  code refusal_of_step() const { return code_in(admission.validate_step(c, pool)); }
};

} // namespace admissions

BOOST_FIXTURE_TEST_SUITE(admissions, admission_fixture)

BOOST_AUTO_TEST_CASE(a_call_that_is_too_long_or_for_nobody_is_refused) {
  BOOST_TEST(refusal() == code::none);
  c.worker = 1;
  BOOST_TEST(refusal() == code::none);
  c.worker = 2;
  BOOST_TEST(refusal() == code::worker_not_found);
  c.payload = shared_bytes{std::string(10, '1')}; // and its kind
  BOOST_TEST(refusal() == code::payload_too_large);
  c.payload = shared_bytes{std::string(9, '1')};
  c.worker = -1;
  BOOST_TEST(refusal() == code::none);
}

BOOST_AUTO_TEST_CASE(a_drained_pool_refuses_what_is_new_and_goes_on_with_the_rest) {
  steady_clock::time_point then{5s};
  BOOST_TEST(admission.set_admitting(false, then));
  BOOST_TEST(!admission.set_admitting(false, then + 1s));
  BOOST_TEST((admission.drained_since() == then));
  BOOST_TEST(refusal() == code::unavailable);
  BOOST_TEST(refusal(false) == code::none);
  BOOST_TEST(refusal_of_step() == code::none);
  BOOST_TEST(admission.set_admitting(true, then + 2s));
  BOOST_TEST(!admission.drained_since());
  BOOST_TEST(refusal() == code::none);
}

BOOST_AUTO_TEST_CASE(a_pool_that_is_draining_takes_what_running_calls_make_alone) {
  admission.drain();
  BOOST_TEST(refusal() == code::shutting_down);
  BOOST_TEST(refusal_of_step() == code::shutting_down);
  c.ancestors = std::make_shared<const std::vector<ancestor>>();
  BOOST_TEST(refusal() == code::none);
}

BOOST_AUTO_TEST_CASE(the_reason_why_no_call_can_run_is_told_until_it_is_taken_back) {
  BOOST_TEST(admission.can_run());
  admission.set_condition({code::unavailable, "it crashes"});
  BOOST_TEST(!admission.can_run());
  BOOST_TEST(refusal() == code::unavailable);
  BOOST_TEST(refusal(false) == code::unavailable);
  BOOST_TEST(admission.condition(now).message == "it crashes");
  admission.set_condition({});
  BOOST_TEST(refusal() == code::none);
}

BOOST_AUTO_TEST_CASE(a_call_that_ended_too_many_workers_is_refused_until_a_reset) {
  admission.reset_quarantine(1);
  BOOST_TEST(admission.record_death(c, now));
  BOOST_TEST(refusal() == code::worker_died);
  BOOST_TEST(refusal(false) == code::worker_died);
  admission.reset_quarantine(1);
  BOOST_TEST(refusal() == code::none);
}

BOOST_AUTO_TEST_CASE(the_next_step_of_a_session_is_measured_without_its_kind) {
  c.payload = shared_bytes{std::string(10, '1')};
  BOOST_TEST(refusal_of_step() == code::none);
  c.payload = shared_bytes{std::string(11, '1')};
  BOOST_TEST(refusal_of_step() == code::bad_request);
}

BOOST_AUTO_TEST_CASE(a_full_queue_names_the_time_that_its_calls_take) {
  admission.note_first_start(now);
  admission.note_success(c, now += 20ms);
  auto busy = admission.busy(pool, 9);
  BOOST_TEST(busy.what == code::busy);
  BOOST_TEST((busy.details.retry_after == 200ms));
}

BOOST_AUTO_TEST_SUITE_END()
