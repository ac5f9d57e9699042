#include "actors/terminal/message_delivery.hpp"

#include "protocol/base/limits.hpp"

#include <boost/test/unit_test.hpp>

using namespace troupe;
using namespace troupe::terminal;
using namespace std::chrono_literals;

namespace message_deliveries {

using action = message_delivery::action;

struct delivery_fixture {
  delivery_fixture() {
    how.settle = 300ms;
    how.pace = 100ms;
    program.launch(now);
    program.print(1, how, now);
    now += 1s;
  }

  void queue(const std::string& body) {
    terminal_message m;
    m.id = body;
    m.body = body;
    d.messages.push(std::move(m));
  }
  message_delivery::step next() { return d.next(program, how, now); }
  bool is_next(action what) { return next().what == what; }
  /// Types and enters the first message.
  void enter(bool kernel_echoes = false) {
    d.note_typed(kernel_echoes, now);
    now += how.pace;
    d.note_entered(kernel_echoes, now);
  }

  config::terminal how;
  terminal_activity::time_point now{1h};
  terminal_activity program;
  message_delivery d;
};

} // namespace message_deliveries

BOOST_FIXTURE_TEST_SUITE(message_deliveries, delivery_fixture)

BOOST_AUTO_TEST_CASE(a_message_is_typed_entered_and_verified) {
  BOOST_TEST(is_next(action::nothing));
  queue("hello");
  program.print(1, how, now);
  auto wait = next();
  BOOST_TEST((wait.what == action::wait));
  BOOST_TEST((wait.until == now + 300ms));
  now = wait.until;
  BOOST_TEST(is_next(action::type));
  BOOST_TEST(!d.is_under_way());
  d.note_typed(false, now);
  BOOST_TEST(d.is_under_way());
  BOOST_TEST((next().until == now + 100ms));
  BOOST_TEST(!d.watch("hel")); // it is not entered yet
  now += 100ms;
  BOOST_TEST(is_next(action::enter));
  d.note_entered(false, now);
  BOOST_TEST((next().until == now + limits::echo_patience));
  BOOST_TEST(d.watch("lo"));
  BOOST_TEST(is_next(action::verified));
  BOOST_TEST(d.finish().id == "hello");
  BOOST_TEST(is_next(action::nothing));
}

BOOST_AUTO_TEST_CASE(a_message_without_an_echo_is_given_up) {
  queue("hello");
  enter();
  now += limits::echo_patience;
  BOOST_TEST(is_next(action::not_echoed));
}

BOOST_AUTO_TEST_CASE(the_echo_of_a_kernel_that_goes_on_echoing_proves_nothing) {
  queue("hello");
  enter(true);
  BOOST_TEST(d.watch("hello\r\n"));
  BOOST_TEST(is_next(action::unprovable));
}

BOOST_AUTO_TEST_CASE(held_messages_are_not_typed_and_one_that_is_under_way_goes_on) {
  queue("one");
  d.messages.set_mode(delivery_mode::manual_flush, {}, {});
  BOOST_TEST(is_next(action::nothing));
  d.messages.set_mode(delivery_mode::auto_inject, {}, {});
  d.note_typed(false, now);
  d.messages.set_mode(delivery_mode::manual_flush, {}, {});
  BOOST_TEST(is_next(action::wait));
}

BOOST_AUTO_TEST_CASE(one_timer_is_set_at_a_time) {
  BOOST_TEST(d.wants_timer());
  BOOST_TEST(!d.wants_timer());
  d.note_timer();
  BOOST_TEST(d.wants_timer());
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(echo_proofs)

BOOST_AUTO_TEST_CASE(the_programs_own_echo_counts_after_that_of_the_kernel) {
  echo_proof e;
  e.begin("hello", true);
  e.enter(false); // the program has taken over
  BOOST_TEST(e.feed("hello\r\n"));
  BOOST_TEST(!e.is_seen());
  BOOST_TEST(e.feed("> hello"));
  BOOST_TEST(e.is_seen());
  BOOST_TEST(!e.is_unprovable());
  BOOST_TEST(!e.feed("hello")); // nothing new
}

BOOST_AUTO_TEST_CASE(each_message_is_looked_for_anew) {
  echo_proof e;
  BOOST_TEST(!e.feed("one"));
  e.begin("one", false);
  BOOST_TEST(e.feed("one"));
  e.end();
  e.begin("two", false);
  BOOST_TEST(!e.is_seen());
  BOOST_TEST(!e.feed("one"));
  BOOST_TEST(e.feed("two"));
}

BOOST_AUTO_TEST_SUITE_END()
