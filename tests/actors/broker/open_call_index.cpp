#include "actors/broker/open_call_index.hpp"

#include <boost/test/unit_test.hpp>

using namespace troupe;
using namespace troupe::broker;

namespace open_call_indexes {

/// A caller; only its identity counts.
class somebody : public reply_sink {
public:
  void settle(tag_id, call_result) override {}
  void chunk(tag_id, shared_bytes, std::shared_ptr<stream_flow>) override {}
};

struct fixture {
  open_call_index index;
  reply_sink_ptr ann = std::make_shared<somebody>();
  reply_sink_ptr bob = std::make_shared<somebody>();

  ~fixture() { BOOST_TEST(index.verify().value_or("") == ""); }

  /// Adds a call that runs as running_call `running_call`.
  pending_call add(const reply_sink_ptr& who, uint64_t tag, size_t running_call,
                   const std::string& session = {}) {
    pending_call c;
    c.sink = who;
    c.tag = tag_id{tag};
    c.what.session = shared_bytes{session};
    index.add(c);
    index.move(c.entry, running_call);
    return c;
  }

  std::vector<size_t> flights_of(const reply_sink_ptr& who) {
    std::vector<size_t> out;
    index.for_each(who.get(), [&](const open_call_index::where& w) {
      out.push_back(std::get<size_t>(w));
    });
    std::sort(out.begin(), out.end());
    return out;
  }
};

using numbers = std::vector<size_t>;

} // namespace open_call_indexes

BOOST_FIXTURE_TEST_SUITE(open_call_indexes, fixture)

BOOST_AUTO_TEST_CASE(a_call_is_found_by_its_caller_and_tag_until_it_is_removed) {
  auto one = add(ann, 1, 10);
  auto two = add(bob, 1, 20);
  BOOST_TEST(std::get<size_t>(*index.find(ann.get(), tag_id{1})) == 10u);
  BOOST_TEST(std::get<size_t>(*index.find(bob.get(), tag_id{1})) == 20u);
  BOOST_TEST(!index.find(ann.get(), tag_id{2}));
  index.remove(one);
  BOOST_TEST(!index.find(ann.get(), tag_id{1}));
  BOOST_TEST(std::get<size_t>(*index.find(bob.get(), tag_id{1})) == 20u);
  index.remove(one); // again: nothing happens
  BOOST_TEST(index.size() == 1u);
}

BOOST_AUTO_TEST_CASE(all_calls_of_a_caller_are_found_whichever_go) {
  std::vector<pending_call> calls;
  for (size_t i = 0; i < 5; ++i)
    calls.push_back(add(ann, i, i));
  auto other = add(bob, 0, 99);
  index.remove(calls[0]); // the last of the list
  index.remove(calls[4]); // its first
  index.remove(calls[2]);
  BOOST_TEST(flights_of(ann) == (numbers{1, 3}), boost::test_tools::per_element());
  index.remove(calls[1]);
  index.remove(calls[3]);
  BOOST_TEST(!index.find_any(ann.get()));
  BOOST_TEST(flights_of(bob) == numbers{99}, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_visitor_may_remove_what_it_visits) {
  std::map<size_t, pending_call> calls;
  for (size_t i = 0; i < 5; ++i)
    calls[i] = add(ann, i, i);
  index.for_each(ann.get(), [&](const open_call_index::where& w) {
    index.remove(calls[std::get<size_t>(w)]);
  });
  BOOST_TEST(index.size() == 0u);
  BOOST_TEST(!index.find_any(ann.get()));
}

BOOST_AUTO_TEST_CASE(a_tag_that_was_used_twice_finds_the_later_and_loses_neither) {
  auto first = add(ann, 1, 10);
  auto second = add(ann, 1, 11);
  BOOST_TEST(std::get<size_t>(*index.find(ann.get(), tag_id{1})) == 11u);
  index.remove(first);
  BOOST_TEST(std::get<size_t>(*index.find(ann.get(), tag_id{1})) == 11u);
  index.remove(second);
  BOOST_TEST(index.size() == 0u);
}

BOOST_AUTO_TEST_CASE(a_step_of_a_session_is_found_by_its_id_though_no_sink_waits) {
  auto step = add(nullptr, 0, 5, "s");
  BOOST_TEST(std::get<size_t>(*index.find_session("s")) == 5u);
  BOOST_TEST(!index.find_session("t"));
  auto next = add(nullptr, 0, 6, "s");
  std::vector<size_t> steps;
  index.for_each_step("s", [&](const open_call_index::where& w) {
    steps.push_back(std::get<size_t>(w));
  });
  BOOST_TEST(steps == (numbers{5, 6}), boost::test_tools::per_element());
  index.remove(step);
  BOOST_TEST(std::get<size_t>(*index.find_session("s")) == 6u);
  index.remove(next);
  BOOST_TEST(!index.find_session("s"));
}

BOOST_AUTO_TEST_CASE(a_call_is_found_by_its_number_until_it_is_removed) {
  auto c = add(nullptr, 0, 5);
  auto number = index.number_of(c.entry);
  BOOST_TEST(std::get<size_t>(*index.find(number)) == 5u);
  index.remove(c);
  BOOST_TEST(!index.find(number));
  auto next = add(ann, 1, 6); // in the same place
  BOOST_TEST(!index.find(number));
  BOOST_TEST(index.number_of(next.entry) != number);
}

BOOST_AUTO_TEST_CASE(a_look_in_pieces_sees_each_open_call_once) {
  std::vector<pending_call> calls;
  for (size_t i = 0; i < 10; ++i)
    calls.push_back(add(i % 2 == 0 ? ann : nullptr, i, i));
  index.remove(calls[3]);
  std::vector<size_t> seen;
  uint32_t from = 0;
  auto ended = false;
  size_t pieces = 0;
  for (; !ended; ++pieces)
    ended = index.look(from, 4, [&](call_number, auto, const open_call_index::where& w) {
      seen.push_back(std::get<size_t>(w));
    });
  BOOST_TEST(pieces == 3u); // the first entry is none
  BOOST_TEST(seen == (numbers{0, 1, 2, 4, 5, 6, 7, 8, 9}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_SUITE_END()
