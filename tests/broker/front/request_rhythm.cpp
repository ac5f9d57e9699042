#include "broker/front/request_rhythm.hpp"

#include <boost/test/unit_test.hpp>

using namespace troupe::front;

BOOST_AUTO_TEST_SUITE(request_rhythms)

BOOST_AUTO_TEST_CASE(a_client_goes_on_that_asks_again_before_it_is_silent) {
  request_rhythm client;
  BOOST_TEST(!client.goes_on());
  client.note_request();
  BOOST_TEST(!client.goes_on());
  BOOST_TEST(!client.note_second());
  client.note_request();
  BOOST_TEST(client.goes_on());
  client.note_request();
  BOOST_TEST(client.goes_on());
}

BOOST_AUTO_TEST_CASE(a_silent_client_begins_anew) {
  request_rhythm client;
  BOOST_TEST(client.note_second());
  client.note_request();
  client.note_request();
  BOOST_TEST(!client.note_second());
  BOOST_TEST(client.goes_on());
  BOOST_TEST(client.note_second());
  client.note_request();
  BOOST_TEST(!client.goes_on());
}

BOOST_AUTO_TEST_SUITE_END()
