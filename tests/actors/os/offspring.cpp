// Whose the children of a node are.
#include "actors/os/offspring.hpp"

#include <boost/test/unit_test.hpp>

using namespace troupe;
using namespace troupe::os;

namespace offsprings {

process_entry at(pid_t pid, uint64_t started, pid_t session = 0) {
  return {pid, 1, session ? session : pid, session ? session : pid, started, false};
}

struct node_fixture {
  offspring children{"node", strangers::end, [this](pid_t pid) { return pid == helper; }};
  pid_t helper = -1;

  uint64_t start(pid_t pid, uint64_t started) {
    auto number = children.expect();
    children.born(number, at(pid, started));
    return number;
  }
  bool is_left_behind(const process_entry& p, std::optional<std::string> mark = {}) {
    return children.is_left_behind(p, mark);
  }
};

std::string mark(uint64_t number) {
  return "node." + std::to_string(number);
}

} // namespace offsprings

BOOST_FIXTURE_TEST_SUITE(offsprings, node_fixture)

BOOST_AUTO_TEST_CASE(what_is_marked_by_a_living_child_is_left_alone) {
  auto one = start(100, 10);
  auto other = start(200, 20);
  BOOST_TEST(!is_left_behind(at(300, 30), mark(one)));
  children.forget(100);
  BOOST_TEST(is_left_behind(at(300, 30), mark(one)));
  BOOST_TEST(!is_left_behind(at(300, 30), mark(other)));
}

BOOST_AUTO_TEST_CASE(a_child_that_is_being_made_and_has_its_mark_is_no_orphan) {
  auto number = children.expect();
  BOOST_TEST(!is_left_behind(at(300, 30), mark(number)));
  children.not_born(number);
  BOOST_TEST(is_left_behind(at(300, 30), mark(number)));
}

BOOST_AUTO_TEST_CASE(a_child_that_does_not_run_its_program_yet_is_no_orphan) {
  children.begin_sweep();
  auto number = children.expect();
  BOOST_TEST(!is_left_behind(at(300, 30)));
  BOOST_TEST(children.was_unsure());
  children.not_born(number);
  BOOST_TEST(is_left_behind(at(300, 30)));
}

BOOST_AUTO_TEST_CASE(neither_a_child_nor_the_nodes_helper_is_an_orphan) {
  start(100, 10);
  helper = 400;
  BOOST_TEST(!is_left_behind(at(100, 10)));
  BOOST_TEST(!is_left_behind(at(400, 1)));
}

BOOST_AUTO_TEST_CASE(without_a_mark_the_session_tells_whose_it_is) {
  start(100, 10);
  start(200, 20);
  BOOST_TEST(!is_left_behind(at(300, 30, 100)));
  children.bury(100); // it is no process of this test: nothing is waited for
  children.begin_sweep();
  BOOST_TEST(is_left_behind(at(300, 30, 100)));
  BOOST_TEST(!is_left_behind(at(301, 30, 200)));
}

BOOST_AUTO_TEST_CASE(without_a_mark_or_session_it_ends_once_no_living_child_is_as_old) {
  start(100, 10);
  start(200, 40);
  BOOST_TEST(!is_left_behind(at(300, 30)));
  children.forget(100);
  BOOST_TEST(is_left_behind(at(300, 30)));
  BOOST_TEST(!is_left_behind(at(301, 40)));
}

BOOST_AUTO_TEST_CASE(strangers_are_spared_where_the_process_has_other_children) {
  offspring polite{"node", strangers::spare, [](pid_t) { return false; }};
  BOOST_TEST(!polite.is_left_behind(at(300, 30), std::nullopt));
  BOOST_TEST(!polite.is_left_behind(at(300, 30), "other.1"));
  BOOST_TEST(polite.is_left_behind(at(300, 30), mark(1)));
}

BOOST_AUTO_TEST_CASE(a_child_that_was_left_keeps_its_family_when_the_node_ends) {
  auto kept = start(100, 10);
  auto other = start(200, 20);
  children.leave(100);
  children.end_all();
  BOOST_TEST(!is_left_behind(at(100, 10), mark(kept)));
  BOOST_TEST(!is_left_behind(at(300, 30), mark(kept)));
  BOOST_TEST(!is_left_behind(at(301, 30, 100)));
  BOOST_TEST(!is_left_behind(at(302, 30))); // it may be of its family
  BOOST_TEST(is_left_behind(at(200, 20), mark(other)));
  BOOST_TEST(is_left_behind(at(303, 5)));
}

BOOST_AUTO_TEST_CASE(the_family_of_an_adopted_process_does_not_become_the_nodes) {
  children.adopt(at(100, 10)); // its parent is another
  BOOST_TEST(is_left_behind(at(300, 30)));
  auto own = at(200, 20);
  own.parent = ::getpid();
  children.adopt(own);
  BOOST_TEST(!is_left_behind(at(300, 30)));
  BOOST_TEST(children.alive() == 2u);
}

BOOST_AUTO_TEST_SUITE_END()
