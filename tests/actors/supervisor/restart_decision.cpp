// Proves whether another worker follows, for every kind of end and every policy.
#include "actors/supervisor/restart_decision.hpp"

#include <boost/test/unit_test.hpp>

#include <csignal>
#include <set>

using namespace troupe;
using namespace troupe::supervisor;
using config::restart_policy;

namespace restart_decisions {

/// An end as WORKER tells it, and whether another worker follows.
struct row {
  end_reason reason;
  code what;
  exit_status status;
  bool always;
  bool on_failure;
  bool never;
};

const exited ok{0};
const exited failed{3};
const signalled killed{SIGKILL};

const row ends[] = {
    // It ended by itself: what it exited with decides.
    {end_reason::exit, code::worker_died, ok, true, false, false},
    {end_reason::exit, code::handshake_failed, ok, true, false, false},
    {end_reason::exit, code::worker_died, unseen{}, true, true, false},
    {end_reason::crash, code::worker_died, failed, true, true, false},
    {end_reason::crash, code::handshake_failed, failed, true, true, false},
    {end_reason::crash, code::worker_died, exited{10}, true, true, false},
    {end_reason::signal, code::worker_died, signalled{SIGSEGV}, true, true, false},
    {end_reason::signal, code::handshake_failed, killed, true, true, false},
    {end_reason::disconnected, code::worker_died, disconnected{}, true, true, false},
    {end_reason::disconnected, code::worker_died, killed, true, true, false},
    // The node killed it for a call that nobody waited for: no fault of the program.
    {end_reason::timeout, code::timeout, killed, true, true, true},
    {end_reason::cancelled, code::timeout, killed, true, true, true},
    {end_reason::cancelled, code::cancelled, killed, true, true, true},
    {end_reason::timeout, code::timeout, ok, true, true, true},
    {end_reason::cancelled, code::cancelled, ok, true, true, true},
    // It was not ready in time, or broke its word.
    {end_reason::timeout, code::boot_timeout, killed, true, true, false},
    {end_reason::heartbeat, code::worker_died, killed, true, true, false},
    {end_reason::protocol_error, code::worker_died, killed, true, true, false},
    {end_reason::protocol_error, code::version_mismatch, killed, true, true, false},
    {end_reason::protocol_error, code::worker_died, ok, true, false, false},
    {end_reason::frame, code::protocol_error, killed, true, true, false},
    {end_reason::frame, code::handshake_failed, killed, true, true, false},
    // It was asked to end: however it does.
    {end_reason::jobs, code::none, ok, true, true, true},
    {end_reason::age, code::none, ok, true, true, true},
    {end_reason::idle, code::none, failed, true, true, true},
    {end_reason::memory, code::none, killed, true, true, true},
    {end_reason::restart, code::none, ok, true, true, true},
    {end_reason::reload, code::none, ok, true, true, true},
    {end_reason::scale, code::none, ok, true, true, true},
    {end_reason::stop, code::none, unseen{}, true, true, true},
    {end_reason::shutdown, code::none, ok, true, true, true},
    {end_reason::shutdown, code::shutting_down, killed, true, true, true},
};

bool follows(restart_policy policy, const fault& why) {
  return should_restart(policy, class_of(why));
}

} // namespace restart_decisions

BOOST_AUTO_TEST_SUITE(restart_decisions)

BOOST_AUTO_TEST_CASE(a_table_decides_whether_another_worker_follows) {
  std::set<end_reason> seen;
  for (auto& r : ends) {
    // No word of it counts, whatever it says.
    fault why{r.what, "exited with code 0", {.end = worker_end{r.reason, r.status}}};
    why.details.worker =
        worker_facts{"p.0", 7, std::vector{std::string{"\"exit_code\":0,"}}};
    why.details.relayed = "\"exit_code\":0";
    BOOST_TEST_CONTEXT(word_for(r.reason)
                       << ", " << to_string(r.what) << ", " << to_string(r.status)) {
      BOOST_TEST(follows(restart_policy::always, why) == r.always);
      BOOST_TEST(follows(restart_policy::on_failure, why) == r.on_failure);
      BOOST_TEST(follows(restart_policy::never, why) == r.never);
    }
    seen.insert(r.reason);
  }
  BOOST_TEST(seen.size() == static_cast<size_t>(end_reason::count_));
}

BOOST_AUTO_TEST_CASE(the_reason_decides_whatever_the_error_is_called) {
  for (auto what : {code::none, code::worker_died, code::shutting_down}) {
    fault crash{what, "", {.end = worker_end{end_reason::crash, failed}}};
    BOOST_TEST((class_of(crash) == end_class::failure));
    fault stop{what, "", {.end = worker_end{end_reason::stop, killed}}};
    BOOST_TEST((class_of(stop) == end_class::asked));
  }
}

BOOST_AUTO_TEST_CASE(one_that_could_not_be_started_has_failed) {
  fault why{code::spawn_failed, "cannot run 'x'"};
  BOOST_TEST(follows(restart_policy::always, why));
  BOOST_TEST(follows(restart_policy::on_failure, why));
  BOOST_TEST(!follows(restart_policy::never, why));
}

BOOST_AUTO_TEST_SUITE_END()
