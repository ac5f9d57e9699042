#include "actors/interfaces/end_reason.hpp"

#include <boost/test/unit_test.hpp>

#include <csignal>
#include <set>
#include <string_view>

using namespace troupe;
using namespace troupe::os;

BOOST_AUTO_TEST_SUITE(end_reasons)

BOOST_AUTO_TEST_CASE(every_reason_has_a_word_of_its_own) {
  std::set<std::string_view> words{"", "unknown"};
  for (size_t i = 0; i < static_cast<size_t>(end_reason::count_); ++i) {
    auto word = word_for(static_cast<end_reason>(i));
    BOOST_TEST(words.insert(word).second, word);
  }
}

BOOST_AUTO_TEST_CASE(a_process_that_ended_by_itself_exited_crashed_or_met_a_signal) {
  BOOST_TEST((reason_for(exited{0}) == end_reason::exit));
  BOOST_TEST((reason_for(exited{3}) == end_reason::crash));
  BOOST_TEST((reason_for(signalled{SIGSEGV}) == end_reason::signal));
  BOOST_TEST((reason_for(disconnected{}) == end_reason::disconnected));
  BOOST_TEST((reason_for(unseen{}) == end_reason::exit));
}

BOOST_AUTO_TEST_CASE(what_the_configuration_or_an_operator_wants_is_planned) {
  for (auto r :
       {end_reason::jobs, end_reason::idle, end_reason::reload, end_reason::stop})
    BOOST_TEST(is_planned(r));
  for (auto r : {end_reason::exit, end_reason::crash, end_reason::timeout,
                 end_reason::frame, end_reason::heartbeat})
    BOOST_TEST(!is_planned(r));
}

BOOST_AUTO_TEST_CASE(the_line_of_the_log_has_the_reason_the_pid_and_the_last_words) {
  fault crash{
      code::worker_died,
      "e.0 exited with code 1",
      {.end = worker_end{end_reason::crash, exited{1}},
       .worker = worker_facts{"e.0", 7, std::vector<std::string>{"first", "boom", ""}}}};
  BOOST_TEST(describe_end("e.0", crash)
             == "e.0 ended (crash): exited with code 1 (pid 7); last words on stderr: "
                "boom");
  fault killed{code::timeout,
               "e.0 did not finish a call in time",
               {.end = worker_end{end_reason::timeout, signalled{9}},
                .worker = worker_facts{"e.0", 7, std::vector<std::string>{}}}};
  BOOST_TEST(describe_end("e.0", killed)
             == "e.0 ended (timeout): did not finish a call in time; the node killed it "
                "(pid 7)");
  fault lost{
      code::timeout,
      "e.0 did not finish a call in time",
      {.end = worker_end{end_reason::timeout, unseen{}}, .worker = worker_facts{"e.0"}}};
  BOOST_TEST(describe_end("e.0", lost)
             == "e.0 ended (timeout): did not finish a call in time");
  fault useless{code::worker_died,
                "e.0 asked to be replaced before its first call",
                {.end = worker_end{end_reason::protocol_error, exited{0}},
                 .worker = worker_facts{"e.0", 7}}};
  BOOST_TEST(describe_end("e.0", useless)
             == "e.0 ended (protocol_error): asked to be replaced before its first call; "
                "the node stopped it (pid 7)");
  fault external{code::timeout,
                 "e.0 did not answer a ping",
                 {.end = worker_end{end_reason::heartbeat, disconnected{}},
                  .worker = worker_facts{"e.0"}}};
  BOOST_TEST(describe_end("e.0", external)
             == "e.0 ended (heartbeat): did not answer a ping; the node closed its "
                "connection");
  fault unborn{code::spawn_failed, "cannot run 'x'", {.worker = worker_facts{"e.0"}}};
  BOOST_TEST(describe_end("e.0", unborn)
             == "e.0 could not be started (spawn_failed): cannot run 'x'");
}

BOOST_AUTO_TEST_SUITE_END()
