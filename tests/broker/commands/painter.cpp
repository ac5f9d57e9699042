// Proves that a screen is drawn on another terminal with its modes, its title and what is
// on no screen, and that the terminal is left as it was.
#include "broker/commands/remote_screen.hpp"

#include <boost/test/unit_test.hpp>

using namespace troupe;
using namespace troupe::commands;

namespace painting {

/// How often `part` is in `text`.
size_t count(const std::string& text, const std::string& part) {
  size_t n = 0;
  for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1))
    ++n;
  return n;
}

} // namespace painting

BOOST_AUTO_TEST_SUITE(painting)

BOOST_AUTO_TEST_CASE(all_modes_are_reset_before_any_is_set) {
  for (auto mode : {"1000", "1002", "1003", "1004", "1006", "2004"}) {
    vt::screen s{{4, 20}};
    s.feed("\x1B[?" + std::string{mode} + "h");
    painter p;
    auto out = p.paint(s, {4, 20});
    auto set = out.find("\x1B[?" + std::string{mode} + "h");
    BOOST_TEST(set != std::string::npos, mode);
    for (auto other : vt::input_modes) {
      auto reset = out.rfind("\x1B[?" + std::to_string(other) + "l");
      BOOST_TEST(reset != std::string::npos);
      BOOST_TEST(reset < set, mode << " and " << other);
    }
    BOOST_TEST(count(p.paint(s, {4, 20}), "\x1B[?1") == 0u); // they are as they were
  }
}

BOOST_AUTO_TEST_CASE(links_and_titles_are_drawn_too) {
  vt::screen s{{4, 20}};
  s.feed("\x1B]2;its title\x07\x1B]8;;http://x/\x07here\x1B]8;;\x07\x1B=");
  painter p;
  auto out = p.paint(s, {4, 20});
  BOOST_TEST(count(out, "\x1B]8;;http://x/\x1B\\here\x1B]8;;\x1B\\") == 1u);
  BOOST_TEST(count(out, "\x1B]2;its title\x07") == 1u);
  BOOST_TEST(count(out, "\x1B=") == 1u);
}

BOOST_AUTO_TEST_CASE(a_terminal_is_left_with_the_title_and_the_modes_that_it_had) {
  BOOST_TEST(painter::enter().starts_with("\x1B[22;0t"));
  auto out = painter::leave();
  BOOST_TEST(count(out, "\x1B[23;0t") == 1u);
  BOOST_TEST(count(out, "\x1B>") == 1u);
  for (auto mode : vt::input_modes)
    BOOST_TEST(count(out, "\x1B[?" + std::to_string(mode) + "l") == 1u);
}

BOOST_AUTO_TEST_CASE(a_terminal_of_another_node_is_called_and_followed_there) {
  remote_screen there{"alice@beta"};
  there.rename("alice.0", "alice");
  BOOST_TEST(there.worker() == "alice.0@beta");
  BOOST_TEST(there.own_name() == "alice.0");
  BOOST_TEST(there.node_target() == "$node@beta");
  remote_screen here{"alice.0"};
  here.rename("alice.0", "alice");
  BOOST_TEST(here.worker() == "alice.0");
  BOOST_TEST(here.node_target() == "$node");
  remote_screen spawned{"me@home"}; // as it was spawned
  spawned.rename("me_40home.0", "me@home");
  BOOST_TEST(spawned.worker() == "me_40home.0");
  BOOST_TEST(spawned.node_target() == "$node");
}

BOOST_AUTO_TEST_CASE(bells_pass_and_clipboards_only_where_they_may) {
  vt::side_effects effects;
  BOOST_TEST(spell(effects, true).empty());
  effects = {true, "c;aGVsbG8="};
  BOOST_TEST(spell(effects, false) == "\x07");
  BOOST_TEST(spell(effects, true) == "\x07\x1B]52;c;aGVsbG8=\x07");
}

BOOST_AUTO_TEST_SUITE_END()
