#include "actors/terminal/message_queue.hpp"

#include "actors/terminal/resize_lease.hpp"
#include "protocol/base/limits.hpp"

#include <boost/test/unit_test.hpp>

using namespace troupe;
using namespace troupe::terminal;
using namespace std::chrono_literals;

namespace terminal_messages {

terminal_message message(const std::string& body) {
  terminal_message m;
  m.body = body;
  return m;
}

} // namespace terminal_messages

BOOST_AUTO_TEST_SUITE(terminal_messages)

BOOST_AUTO_TEST_CASE(messages_come_in_their_order) {
  message_queue q;
  q.push(message("a"));
  q.push(message("b"));
  BOOST_REQUIRE(q.next());
  BOOST_TEST(q.next()->body == "a");
  q.pop();
  BOOST_TEST(q.next()->body == "b");
  q.pop();
  BOOST_TEST(!q.next());
}

BOOST_AUTO_TEST_CASE(held_messages_wait_for_a_flush_and_later_ones_for_another) {
  message_queue q;
  BOOST_TEST(q.set_mode(delivery_mode::manual_flush, {}, {}));
  q.push(message("a"));
  BOOST_TEST(!q.next());
  BOOST_TEST(q.flush() == 1u);
  BOOST_TEST(q.flush() == 0u);
  q.push(message("b"));
  BOOST_REQUIRE(q.next());
  q.pop();
  BOOST_TEST(!q.next());
}

BOOST_AUTO_TEST_CASE(the_mode_changes_only_as_expected) {
  message_queue q;
  using enum delivery_mode;
  BOOST_TEST(!q.set_mode(manual_flush, manual_flush, {}));
  BOOST_TEST(q.set_mode(manual_flush, auto_inject, 0));
  BOOST_TEST(q.set_mode(auto_inject, {}, 1));
  BOOST_TEST(!q.set_mode(manual_flush, auto_inject, 0)); // back, but not the same
  BOOST_TEST(q.revision() == 2u);
  BOOST_TEST(q.set_mode(auto_inject, {}, {}));
  BOOST_TEST(q.revision() == 2u);
}

BOOST_AUTO_TEST_CASE(the_queue_is_bounded) {
  message_queue q;
  for (size_t i = 0; i < limits::terminal_messages; ++i)
    BOOST_TEST(q.push(message("x")));
  BOOST_TEST(!q.push(message("x")));
}

BOOST_AUTO_TEST_CASE(a_message_presses_no_keys) {
  auto m = message("a\x1B[A\x03\tb\nc");
  BOOST_TEST(keystrokes(m, false) == "a[A\tb\rc");
  BOOST_TEST(keystrokes(m, true) == "\x1B[200~a[A\tb\nc\x1B[201~");
  // C1, which a terminal may take for the beginning of a sequence.
  BOOST_TEST(keystrokes(message("a\u009b2Jb\u0080\u00e9\u009f"), false) == "a2Jb\u00e9");
  m.from = "bob";
  BOOST_TEST(keystrokes(m, false).starts_with("Message from bob: a"));
}

BOOST_AUTO_TEST_CASE(an_echo_is_seen_through_colours_wraps_and_pieces) {
  echo_watch w{"two words of it"};
  BOOST_TEST(!w.feed("\x1B[1mtwo\x1B[0m wo"));
  BOOST_TEST(w.feed("rds\r\n of\x1B[K it"));
  echo_watch again{"twice"};
  BOOST_TEST(again.feed("twice and t"));
  again.look_again();
  BOOST_TEST(!again.feed({}));
  BOOST_TEST(again.feed("wice"));
  echo_watch never{"secret"};
  for (int i = 0; i < 1000; ++i)
    BOOST_TEST(!never.feed("******"));
}

BOOST_AUTO_TEST_CASE(one_client_holds_the_lease_until_it_lets_go_or_is_silent) {
  resize_lease lease;
  auto now = steady_clock::now();
  BOOST_TEST(lease.take("a", false, now));
  BOOST_TEST(!lease.take("b", false, now));
  BOOST_TEST(lease.take("", false, now)); // nobody's
  BOOST_TEST(lease.take("a", false, now + limits::resize_lease - 1s));
  BOOST_TEST(!lease.take("b", false, now + limits::resize_lease));
  BOOST_TEST(lease.take("b", false, now + 2 * limits::resize_lease));
  BOOST_TEST(!lease.release("a"));
  BOOST_TEST(lease.take("a", true, now + 2 * limits::resize_lease));
  BOOST_TEST(lease.release("a"));
  BOOST_TEST(lease.holder().empty());
}

BOOST_AUTO_TEST_SUITE_END()
