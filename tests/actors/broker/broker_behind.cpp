// A caller that does not read what it was sent has none of its calls started.
#include "tests/actors/broker/support_broker.hpp"

using namespace troupe;
using namespace troupe::testing;

using numbers = std::vector<uint64_t>;

namespace broker_behind {

class slow_sink : public recording_sink {
public:
  bool is_behind() const noexcept override { return behind; }
  bool behind = true;
};

struct behind : broker_fixture {
  std::shared_ptr<slow_sink> slow = std::make_shared<slow_sink>();

  void submit_slow(std::vector<uint64_t> tags) {
    submissions batch;
    for (auto tag : tags)
      batch.push_back({make(tag), slow, tag_id{tag}});
    tell(actor, std::move(batch));
  }

  void catches_up() {
    slow->behind = false;
    tell(actor, atom::writable_v, reply_sink_ptr{slow});
  }
};

} // namespace broker_behind

BOOST_FIXTURE_TEST_SUITE(broker_behind, behind)

BOOST_AUTO_TEST_CASE(calls_of_a_caller_that_is_behind_wait_and_those_of_others_do_not) {
  start();
  join(0, 4);
  submit_slow({1, 2});
  submit({make(3), make(4)});
  BOOST_TEST(payloads(0) == (numbers{3, 4}), boost::test_tools::per_element());
  BOOST_TEST(status().waiting == 2u);
  catches_up();
  BOOST_TEST(payloads(0) == (numbers{3, 4, 1, 2}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(one_that_falls_behind_meanwhile_gets_the_outcome_of_what_runs) {
  slow->behind = false;
  start();
  join(0);
  submit_slow({1, 2});
  slow->behind = true;
  answer(0, 0, "1");
  BOOST_TEST(slow->result(1) == "1");
  BOOST_TEST(payloads(0) == numbers{1}, boost::test_tools::per_element());
  catches_up();
  answer(0, 1, "2");
  BOOST_TEST(slow->result(2) == "2");
}

BOOST_AUTO_TEST_CASE(what_is_held_back_ends_when_its_time_is_over_or_it_is_taken_back) {
  pool.queue_timeout = 1s;
  start();
  join(0);
  submit_slow({1, 2});
  tell(actor, atom::cancel_v, reply_sink_ptr{slow}, tag_id{1});
  BOOST_TEST(slow->error(1).what == code::cancelled);
  advance(1s);
  BOOST_TEST(slow->error(2).what == code::queue_timeout);
  BOOST_TEST(status().waiting == 0u);
  catches_up();
  BOOST_TEST(worker(0).jobs.empty());
}

BOOST_AUTO_TEST_CASE(what_is_held_back_for_one_worker_goes_to_it) {
  pool.size = 2;
  start();
  join(0);
  join(1);
  submissions batch;
  batch.push_back({make(1, 1), slow, tag_id{1}});
  tell(actor, std::move(batch));
  submit({make(2, 1)});
  BOOST_TEST(payloads(1) == numbers{2}, boost::test_tools::per_element());
  answer(1, 0, "2");
  catches_up();
  BOOST_TEST(payloads(1) == (numbers{2, 1}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_caller_that_goes_takes_what_is_held_back_along) {
  start();
  join(0);
  submit_slow({1, 2});
  tell(actor, atom::forget_v, reply_sink_ptr{slow});
  BOOST_TEST(status().waiting == 0u);
  std::weak_ptr<slow_sink> gone = slow;
  slow.reset();
  BOOST_TEST(gone.expired());
  submit({make(3)});
  BOOST_TEST(payloads(0) == numbers{3}, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_SUITE_END()
