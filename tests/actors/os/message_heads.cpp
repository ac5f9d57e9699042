#include "actors/os/message_heads.hpp"

#include <boost/test/unit_test.hpp>

using troupe::os::message_heads;

BOOST_AUTO_TEST_SUITE(heads_of_messages)

BOOST_AUTO_TEST_CASE(a_short_message_leaves_in_one_write) {
  message_heads h;
  h.commit(100);
  BOOST_TEST(h.next_write(0) == 100u);
}

BOOST_AUTO_TEST_CASE(a_long_message_begins_with_a_write_that_a_pipe_does_not_split) {
  message_heads h;
  h.commit(100'000);
  BOOST_TEST(h.next_write(0) == size_t{PIPE_BUF});
  h.wrote(0, PIPE_BUF);
  BOOST_TEST(h.next_write(PIPE_BUF) == 100'000u - PIPE_BUF);
}

BOOST_AUTO_TEST_CASE(no_write_reaches_from_one_message_into_the_next) {
  message_heads h;
  h.commit(10'000);
  h.commit(10'020);
  h.wrote(0, PIPE_BUF);
  h.drop(PIPE_BUF);
  auto rest = 10'000u - PIPE_BUF;
  BOOST_TEST(h.next_write(0) == rest);
  h.wrote(0, rest - 1); // the pipe was full
  h.drop(rest - 1);
  BOOST_TEST(h.next_write(0) == 1u);
  h.wrote(0, 1);
  BOOST_TEST(h.next_write(1) == 20u);
}

BOOST_AUTO_TEST_CASE(a_commit_of_nothing_begins_no_message) {
  message_heads h;
  h.commit(50);
  h.commit(50);
  h.wrote(0, 50);
  h.drop(50);
  h.commit(5);
  BOOST_TEST(h.next_write(0) == 5u);
}

BOOST_AUTO_TEST_SUITE_END()
