#include "broker/front/output_buffer.hpp"

#include "protocol/base/limits.hpp"

#include <boost/test/unit_test.hpp>

using namespace troupe;
using namespace troupe::front;

BOOST_AUTO_TEST_SUITE(output_buffers)

BOOST_AUTO_TEST_CASE(what_has_left_is_not_sent_again_and_not_kept_for_long) {
  output_buffer out;
  out.text() += "0123456789";
  out.note_sent(3);
  BOOST_TEST(out.unsent() == "3456789");
  out.drop_sent(); // too little to move the rest for
  BOOST_TEST(out.text().size() == 10u);
  out.note_sent(3);
  out.drop_sent();
  BOOST_TEST(out.text() == "6789");
  out.text() += "ab";
  BOOST_TEST(out.unsent() == "6789ab");
  out.note_sent(6);
  out.drop_sent();
  BOOST_TEST(out.text().empty());
  BOOST_TEST(out.written() == 12u);
}

BOOST_AUTO_TEST_CASE(an_empty_one_keeps_no_large_buffer) {
  output_buffer out;
  out.text().assign(2 * limits::read_chunk, 'x');
  out.note_sent(out.text().size());
  out.drop_sent();
  BOOST_TEST(out.text().capacity() < limits::read_chunk);
}

BOOST_AUTO_TEST_CASE(what_is_cleared_is_forgotten_and_was_not_written) {
  output_buffer out;
  out.text() += "0123";
  out.note_sent(1);
  out.clear();
  BOOST_TEST(out.unsent() == "");
  BOOST_TEST(out.written() == 1u);
}

BOOST_AUTO_TEST_SUITE_END()
