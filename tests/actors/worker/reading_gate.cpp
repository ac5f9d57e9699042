#include "actors/worker/reading_gate.hpp"

#include "tests/actors/fixture.hpp"

using namespace troupe;
using namespace troupe::worker;
using namespace troupe::testing;

namespace reading_gates {

/// Remembers what is read of it, and how often it was told.
class read_child : public fake_child {
public:
  read_child()
    : fake_child(1) {}
  void read_output(bool on) override { set(output, on); }
  void read_control(bool on) override { set(control, on); }
  void read_log(bool on) override { set(log, on); }

  bool output = true;
  bool control = true;
  bool log = true;
  int told = 0;

private:
  void set(bool& what, bool on) {
    what = on;
    ++told;
  }
};

struct gate_fixture {
  std::string read(bool output_waits = false, bool log_waits = false) {
    gate.apply(child, output_waits, log_waits);
    return std::string{child.output ? "o" : ""} + (child.control ? "c" : "")
           + (child.log ? "l" : "");
  }

  read_child child;
  reading_gate gate;
};

} // namespace reading_gates

BOOST_FIXTURE_TEST_SUITE(reading_gates, gate_fixture)

BOOST_AUTO_TEST_CASE(a_child_is_told_of_changes_alone) {
  BOOST_TEST(read() == "ocl");
  BOOST_TEST(child.told == 0);
  BOOST_TEST(read(true) == "l");
  BOOST_TEST(read(true) == "l");
  BOOST_TEST(child.told == 2);
}

BOOST_AUTO_TEST_CASE(each_reason_stops_what_it_is_about) {
  BOOST_TEST(read(true, false) == "l");
  BOOST_TEST(read(false, true) == "oc");
  gate.set_client_behind(true);
  BOOST_TEST(read() == "cl");
  gate.set_owes_answers(true);
  BOOST_TEST(read() == "l");
  gate.set_client_behind(false);
  BOOST_TEST(read() == "l");
  gate.set_owes_answers(false);
  BOOST_TEST(read() == "ocl");
}

BOOST_AUTO_TEST_CASE(the_time_that_a_child_was_slowed_down_adds_up) {
  gate.note_pause(20ms);
  gate.note_pause(30ms);
  BOOST_TEST((gate.slowed() == 50ms));
}

BOOST_AUTO_TEST_SUITE_END()
