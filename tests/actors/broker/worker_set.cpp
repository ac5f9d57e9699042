#include "actors/broker/worker_set.hpp"

#include "tests/actors/fixture.hpp"

#include <random>

using namespace troupe;
using namespace troupe::broker;
using namespace troupe::testing;

namespace worker_sets {

/// One worker as a naive worker_set has it: a list that is searched.
struct model_entry {
  worker_set::ref ref;
  int32_t index;
  uint32_t window;
  uint32_t in_flight = 0;
  bool retiring = false;

  bool has_free_slot() const { return !retiring && in_flight < window; }
};

struct worker_set_fixture : fixture {
  worker_set all;
  std::vector<model_entry> model;
  uint64_t next = 1;
  worker_actor someone = make_worker(std::make_shared<worker_record>());

  worker_set::ref add(int32_t index, uint32_t window) {
    member m;
    m.worker = someone;
    m.index = index;
    m.incarnation = incarnation_id{next++};
    m.window = window;
    auto r = all.add(m);
    model.push_back({r, index, window});
    return r;
  }

  void compare() {
    size_t capacity = 0;
    bool room = false;
    auto least = UINT32_MAX;
    for (auto& m : model) {
      auto e = all.find(m.ref);
      BOOST_REQUIRE(e);
      BOOST_REQUIRE(e->in_flight == m.in_flight);
      BOOST_REQUIRE(e->retiring == m.retiring);
      auto found = all.find_incarnation(m.ref.incarnation);
      BOOST_REQUIRE((found && found->slot == m.ref.slot));
      capacity += m.retiring ? 0 : m.window;
      room = room || m.has_free_slot();
      if (m.has_free_slot())
        least = std::min(least, m.in_flight);
    }
    BOOST_REQUIRE(all.verify().value_or("") == "");
    BOOST_REQUIRE(all.size() == model.size());
    BOOST_REQUIRE(all.capacity() == capacity);
    BOOST_REQUIRE(all.has_free_slot() == room);
    if (room) {
      auto e = all.find(all.pick());
      BOOST_REQUIRE(e);
      BOOST_REQUIRE((!e->retiring && e->in_flight < e->window));
      BOOST_REQUIRE(e->in_flight == least);
    }
    for (int32_t index = 0; index < 4; ++index) {
      auto expected = std::any_of(model.begin(), model.end(), [&](const model_entry& m) {
        return m.index == index && m.has_free_slot();
      });
      auto found = all.find_free(index);
      BOOST_REQUIRE(found.has_value() == expected);
      if (found)
        BOOST_REQUIRE(all.find(*found)->index == index);
    }
  }
};

} // namespace worker_sets

BOOST_FIXTURE_TEST_SUITE(worker_sets, worker_set_fixture)

BOOST_AUTO_TEST_CASE(the_worker_that_was_busy_last_is_picked_among_equals) {
  auto a = add(0, 1);
  auto b = add(1, 1);
  all.acquire(a);
  all.acquire(b);
  all.release(b);
  all.release(a);
  BOOST_TEST(all.pick().slot == a.slot);
}

BOOST_AUTO_TEST_CASE(a_ref_of_a_worker_that_left_finds_nothing_even_in_a_reused_entry) {
  auto a = add(0, 1);
  all.remove(a);
  model.clear();
  auto b = add(0, 1);
  BOOST_TEST(a.slot == b.slot); // else this would test nothing
  BOOST_TEST(!all.find(a));
  BOOST_TEST(!all.find_incarnation(a.incarnation));
  BOOST_TEST(all.find(b));
}

BOOST_AUTO_TEST_CASE(an_actor_is_found_while_it_is_a_member) {
  auto a = add(0, 1);
  BOOST_TEST(all.find_actor(someone.address()).has_value());
  all.remove(a);
  BOOST_TEST(!all.find_actor(someone.address()).has_value());
}

BOOST_AUTO_TEST_CASE(it_behaves_as_a_list_that_is_searched) {
  std::mt19937 random{7};
  auto below = [&](size_t n) {
    return std::uniform_int_distribution<size_t>{0, n - 1}(random);
  };
  size_t picks = 0;
  for (int step = 0; step < 5000; ++step) {
    auto m = model.empty() ? nullptr : &model[below(model.size())];
    switch (below(10)) {
      case 0:
        if (model.size() < 8)
          add(static_cast<int32_t>(below(4)), static_cast<uint32_t>(1 + below(4)));
        break;
      case 1:
        if (m) { // with calls in it, as when it died
          all.remove(m->ref);
          model.erase(model.begin() + (m - model.data()));
        }
        break;
      case 2:
        if (m && below(3) == 0) {
          all.retire(m->ref);
          m->retiring = true;
        }
        break;
      case 3:
      case 4:
      case 5:
        if (m && m->in_flight > 0) { // a retiring one loses its calls too
          all.release(m->ref);
          --m->in_flight;
        }
        break;
      default:
        if (all.has_free_slot()) {
          auto r = all.pick();
          all.acquire(r);
          ++picks;
          for (auto& x : model)
            if (x.ref.incarnation == r.incarnation)
              ++x.in_flight;
        }
    }
    compare();
  }
  BOOST_TEST(picks > 500u);
}

BOOST_AUTO_TEST_SUITE_END()
