#include "actors/worker/worker_reports.hpp"

#include "tests/actors/fixture.hpp"

using namespace troupe;
using namespace troupe::worker;
using namespace troupe::testing;

BOOST_FIXTURE_TEST_SUITE(reports_of_workers, fixture)

BOOST_AUTO_TEST_CASE(each_event_begins_with_who_the_worker_is) {
  auto record = std::make_shared<supervisor_record>();
  worker_reports r{{2, incarnation_id{7}}, "p.2", make_supervisor(record), events};
  r.introduce("name", "shown");
  r.publish("worker_ready", {{"pid", 5}});
  run();
  auto& e = published->back();
  BOOST_TEST(e.kind == "worker_ready");
  BOOST_TEST(to_text(e.members) == R"("worker":"p.2","name":"shown","pid":5)");
  BOOST_TEST(e.subject == "p.2");
}

BOOST_AUTO_TEST_CASE(the_supervisor_hears_of_its_incarnation) {
  auto record = std::make_shared<supervisor_record>();
  worker_reports r{{0, incarnation_id{7}}, "p.0", make_supervisor(record), events};
  worker_info info;
  info.pid = 5;
  r.ready(info);
  r.idle();
  r.recycle(end_reason::age);
  r.retire();
  r.last_words({"bye"});
  worker_counters counted;
  counted.calls = 3;
  r.record(counted);
  run();
  BOOST_TEST(record->ready.at(0).first == 7u);
  BOOST_TEST(record->ready.at(0).second.pid == 5);
  BOOST_TEST(record->idle.at(0) == 7u);
  BOOST_TEST(record->recycled.at(0) == 7u);
  BOOST_TEST(record->retired.at(0) == 7u);
  BOOST_TEST(record->last_words.at(0) == "bye");
  BOOST_TEST(record->counted.calls == 3u);
}

BOOST_AUTO_TEST_SUITE_END()
