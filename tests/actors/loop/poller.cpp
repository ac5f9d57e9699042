#include "actors/loop/poller.hpp"

#include "protocol/base/limits.hpp"

#include <boost/test/unit_test.hpp>

#include <fcntl.h>

#include <algorithm>
#include <chrono>
#include <memory>
#include <set>
#include <system_error>
#include <vector>

using namespace troupe;
using namespace troupe::loop;

namespace pollers {

struct pipe_ends {
  unique_fd read;
  unique_fd write;

  pipe_ends() {
    int ends[2];
    BOOST_REQUIRE(::pipe2(ends, O_CLOEXEC | O_NONBLOCK) == 0);
    read.reset(ends[0]);
    write.reset(ends[1]);
  }
  void put() { BOOST_REQUIRE(::write(write.get(), "x", 1) == 1); }
};

struct fixture {
  poller p;
  pipe_ends a;
  pipe_ends b;
};

} // namespace pollers

BOOST_FIXTURE_TEST_SUITE(pollers, fixture)

BOOST_AUTO_TEST_CASE(a_handler_is_called_when_its_descriptor_is_ready_and_not_before) {
  uint32_t seen = 0;
  p.add(a.read.get(), EPOLLIN, [&](uint32_t events) { seen = events; });
  BOOST_TEST(p.poll(0) == 0u);
  BOOST_TEST(seen == 0u);
  a.put();
  BOOST_TEST(p.poll(5000) == 1u);
  BOOST_TEST(seen == uint32_t{EPOLLIN});
}

BOOST_AUTO_TEST_CASE(a_descriptor_that_stays_ready_is_told_again) {
  int calls = 0;
  p.add(a.read.get(), EPOLLIN, [&](uint32_t) { ++calls; });
  a.put();
  p.poll(5000);
  p.poll(5000);
  BOOST_TEST(calls == 2);
}

BOOST_AUTO_TEST_CASE(each_descriptor_has_its_own_handler) {
  std::vector<char> calls;
  p.add(a.read.get(), EPOLLIN, [&](uint32_t) { calls.push_back('a'); });
  p.add(b.read.get(), EPOLLIN, [&](uint32_t) { calls.push_back('b'); });
  b.put();
  BOOST_TEST(p.poll(5000) == 1u);
  BOOST_TEST(calls == std::vector<char>{'b'}, boost::test_tools::per_element());
  a.put();
  BOOST_TEST(p.poll(5000) == 2u);
  BOOST_TEST(calls.size() == 3u);
}

BOOST_AUTO_TEST_CASE(a_descriptor_wanted_for_nothing_is_still_told_of_a_hang_up) {
  uint32_t seen = 0;
  auto id = p.add(a.read.get(), EPOLLIN, [&](uint32_t events) { seen |= events; });
  p.modify(id, a.read.get(), 0);
  a.put();
  BOOST_TEST(p.poll(0) == 0u);
  a.write.reset();
  BOOST_TEST(p.poll(5000) == 1u);
  BOOST_TEST((seen & EPOLLHUP) != 0u);
}

BOOST_AUTO_TEST_CASE(what_is_wanted_can_be_changed_and_changed_back) {
  int calls = 0;
  auto id = p.add(a.read.get(), EPOLLIN, [&](uint32_t) { ++calls; });
  a.put();
  p.modify(id, a.read.get(), 0);
  BOOST_TEST(p.poll(0) == 0u);
  p.modify(id, a.read.get(), EPOLLIN);
  BOOST_TEST(p.poll(5000) == 1u);
  BOOST_TEST(calls == 1);
}

BOOST_AUTO_TEST_CASE(a_handler_may_remove_itself) {
  auto owned = std::make_shared<int>(0);
  std::weak_ptr<int> watch = owned;
  poller::id id{};
  id = p.add(a.read.get(), EPOLLIN, [&, owned](uint32_t) {
    p.remove(id, a.read.get());
    // What the handler captured is there until it returns.
    ++*owned;
    BOOST_TEST(!watch.expired());
  });
  owned.reset();
  a.put();
  BOOST_TEST(p.poll(5000) == 1u);
  BOOST_TEST(watch.expired());
  BOOST_TEST(p.poll(0) == 0u);
}

BOOST_AUTO_TEST_CASE(a_handler_that_another_removed_is_not_called_any_more) {
  int calls = 0;
  poller::id first{};
  poller::id second{};
  // Both are ready in the same poll; whichever is first removes the other.
  first = p.add(a.read.get(), EPOLLIN, [&](uint32_t) {
    ++calls;
    p.remove(second, b.read.get());
  });
  second = p.add(b.read.get(), EPOLLIN, [&](uint32_t) {
    ++calls;
    p.remove(first, a.read.get());
  });
  a.put();
  b.put();
  BOOST_TEST(p.poll(5000) == 2u);
  BOOST_TEST(calls == 1);
  p.poll(0);
  BOOST_TEST(calls == 2); // the same one, which is still ready
}

BOOST_AUTO_TEST_CASE(an_event_for_one_that_was_replaced_does_not_reach_its_successor) {
  int old_calls = 0;
  int new_calls = 0;
  pipe_ends c;
  poller::id first{};
  poller::id second{};
  auto replace = [&](poller::id& other, int fd) {
    ++old_calls;
    p.remove(other, fd);
    // It takes over the slot of the one that was removed, whose event is still to come.
    other = p.add(c.read.get(), EPOLLIN, [&](uint32_t) { ++new_calls; });
  };
  first = p.add(a.read.get(), EPOLLIN, [&](uint32_t) { replace(second, b.read.get()); });
  second = p.add(b.read.get(), EPOLLIN, [&](uint32_t) { replace(first, a.read.get()); });
  a.put();
  b.put();
  BOOST_TEST(p.poll(5000) == 2u);
  BOOST_TEST(old_calls == 1);
  BOOST_TEST(new_calls == 0);
}

BOOST_AUTO_TEST_CASE(no_id_is_used_twice) {
  std::set<poller::id> seen{poller::id::none};
  for (int i = 0; i < 1000; ++i) {
    auto id = p.add(a.read.get(), EPOLLIN, [](uint32_t) {});
    BOOST_REQUIRE(seen.insert(id).second);
    p.remove(id, a.read.get());
  }
}

BOOST_AUTO_TEST_CASE(a_descriptor_that_cannot_be_watched_throws_and_leaves_no_trace) {
  auto owned = std::make_shared<int>(0);
  BOOST_CHECK_THROW(p.add(-1, EPOLLIN, [owned](uint32_t) {}), std::system_error);
  BOOST_TEST(owned.use_count() == 1);
  int calls = 0;
  p.add(a.read.get(), EPOLLIN, [&](uint32_t) { ++calls; });
  a.put();
  p.poll(5000);
  BOOST_TEST(calls == 1);
}

BOOST_AUTO_TEST_CASE(more_ready_descriptors_than_fit_one_batch_are_all_served) {
  constexpr size_t many = 200;
  std::vector<pipe_ends> pipes(many);
  std::vector<poller::id> ids(many);
  std::set<size_t> served;
  for (size_t i = 0; i < many; ++i) {
    pipes[i].put();
    ids[i] = p.add(pipes[i].read.get(), EPOLLIN, [&, i](uint32_t) {
      served.insert(i);
      p.remove(ids[i], pipes[i].read.get());
    });
  }
  while (p.poll(0) > 0)
    ;
  BOOST_TEST(served.size() == many);
}

BOOST_AUTO_TEST_CASE(what_a_handler_owns_goes_with_the_poller) {
  auto owned = std::make_shared<int>(0);
  {
    poller other;
    other.add(a.read.get(), EPOLLIN, [owned](uint32_t) {});
    BOOST_TEST(owned.use_count() == 2);
  }
  BOOST_TEST(owned.use_count() == 1);
}

BOOST_AUTO_TEST_CASE(when_handlers_take_long_the_others_have_their_turn_next) {
  std::string calls;
  auto slow = [&](char name) {
    return [&calls, name](uint32_t) {
      calls += name;
      auto end = std::chrono::steady_clock::now() + limits::turn_time;
      while (std::chrono::steady_clock::now() < end)
        ;
    };
  };
  p.add(a.read.get(), EPOLLIN, slow('a'));
  p.add(b.read.get(), EPOLLIN, slow('b'));
  a.put();
  b.put();
  BOOST_TEST(p.poll(5000) == 1u);
  BOOST_TEST(p.has_more());
  BOOST_TEST(p.poll(5000) == 1u);
  BOOST_TEST(!p.has_more());
  // Both stay ready, and neither comes twice before the other.
  p.poll(5000);
  p.poll(5000);
  std::sort(calls.begin(), calls.begin() + 2);
  std::sort(calls.begin() + 2, calls.end());
  BOOST_TEST(calls == "abab");
}

BOOST_AUTO_TEST_CASE(a_handler_that_is_left_and_was_removed_meanwhile_is_not_called) {
  int calls = 0;
  auto slow = [&](uint32_t) {
    ++calls;
    auto end = std::chrono::steady_clock::now() + limits::turn_time;
    while (std::chrono::steady_clock::now() < end)
      ;
  };
  auto of_a = p.add(a.read.get(), EPOLLIN, slow);
  auto of_b = p.add(b.read.get(), EPOLLIN, slow);
  a.put();
  b.put();
  BOOST_TEST(p.poll(5000) == 1u);
  p.remove(of_a, a.read.get());
  p.remove(of_b, b.read.get());
  p.poll(0);
  BOOST_TEST(calls == 1);
}

BOOST_AUTO_TEST_SUITE_END()
