#include "actors/os/exit_status.hpp"

#include "protocol/base/fault_json.hpp"

#include <boost/test/unit_test.hpp>

#include <csignal>

using namespace troupe;
using namespace troupe::os;

namespace exit_statuses {

// As the kernel encodes them: the code in the second byte, the signal in the first, and
// a bit beside the signal for a core dump.
constexpr int wait_exit(int code) {
  return code << 8;
}
constexpr int wait_signal(int signal, bool dumped = false) {
  return signal | (dumped ? 0x80 : 0);
}

exit_status exit_of(int wait_status) {
  return to_exit_status(wait_status);
}

} // namespace exit_statuses

BOOST_AUTO_TEST_SUITE(exit_statuses)

BOOST_AUTO_TEST_CASE(a_code_and_a_signal_are_told_apart) {
  BOOST_TEST((exit_of(wait_exit(0)) == exit_status{exited{0}}));
  BOOST_TEST((exit_of(wait_exit(9)) == exit_status{exited{9}}));
  BOOST_TEST((exit_of(wait_exit(255)) == exit_status{exited{255}}));
  BOOST_TEST((exit_of(wait_signal(SIGKILL)) == exit_status{signalled{SIGKILL}}));
}

BOOST_AUTO_TEST_CASE(a_core_dump_does_not_change_the_signal) {
  BOOST_TEST((exit_of(wait_signal(SIGSEGV, true)) == exit_status{signalled{SIGSEGV}}));
}

BOOST_AUTO_TEST_CASE(a_person_reads_the_code_or_the_name_of_the_signal) {
  BOOST_TEST(to_string(exited{3}) == "exited with code 3");
  BOOST_TEST(to_string(signalled{SIGKILL}) == "was ended by SIGKILL");
  BOOST_TEST(to_string(signalled{SIGTERM}) == "was ended by SIGTERM");
  BOOST_TEST(to_string(unseen{}) == "exited (status unknown)");
}

BOOST_AUTO_TEST_CASE(a_program_reads_members_of_an_error_object) {
  BOOST_TEST(to_json_members(exited{3}) == R"("exit_code":3)");
  BOOST_TEST(to_json_members(unseen{}) == R"("exit_code":null)");
  BOOST_TEST(to_json_members(signalled{SIGSEGV})
             == R"("signal":11,"signal_name":"SIGSEGV")");
}

BOOST_AUTO_TEST_CASE(a_signal_without_a_name_is_told_by_its_number) {
  // The first real-time signal that is nobody's.
  auto number = SIGRTMIN + 1;
  auto name = "signal " + std::to_string(number);
  BOOST_TEST(to_string(signalled{number}) == "was ended by " + name);
  BOOST_TEST(to_json_members(signalled{number})
             == "\"signal\":" + std::to_string(number) + ",\"signal_name\":\"" + name
                    + "\"");
}

BOOST_AUTO_TEST_SUITE_END()
