#include "tests/actors/loop/support_loop.hpp"

#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <atomic>
#include <string>
#include <vector>

using namespace troupe;
using namespace troupe::loop;
using namespace troupe::testing;

namespace loops {

/// Writes its name into a common log when it is flushed.
class logging : public flushable {
public:
  logging(turn_order order, std::string& log, char name)
    : flushable(order)
    , log_(log)
    , name_(name) {}
  void flush() override { log_ += name_; }

private:
  std::string& log_;
  char name_;
};

constexpr auto to_child = flushable::turn_order::child;
constexpr auto to_client = flushable::turn_order::client;

/// CPU time that the calling thread has used.
std::chrono::microseconds cpu_time() {
  rusage used{};
  ::getrusage(RUSAGE_THREAD, &used);
  return std::chrono::seconds{used.ru_utime.tv_sec + used.ru_stime.tv_sec}
         + std::chrono::microseconds{used.ru_utime.tv_usec + used.ru_stime.tv_usec};
}

/// A pipe that is always ready to be read: with it, each turn of a loop is a busy one.
struct commotion {
  descriptor source;

  commotion(event_loop& home, std::function<void()> each_turn)
    : source(home, full_pipe()) {
    source.watch(EPOLLIN, [f = std::move(each_turn)](uint32_t) { f(); });
  }

  static unique_fd full_pipe() {
    int ends[2];
    BOOST_REQUIRE(::pipe2(ends, O_CLOEXEC | O_NONBLOCK) == 0);
    unique_fd write{ends[1]};
    BOOST_REQUIRE(::write(write.get(), "x", 1) == 1);
    return unique_fd{ends[0]};
  }
};

struct fixture : loop_fixture {
  std::string log;
  std::shared_ptr<flushable> make(flushable::turn_order order, char name) {
    return std::make_shared<logging>(order, log, name);
  }
};

} // namespace loops

BOOST_FIXTURE_TEST_SUITE(loops, fixture)

BOOST_AUTO_TEST_CASE(posts_from_many_threads_all_run_once_on_the_loops_thread) {
  constexpr size_t threads = 4;
  constexpr size_t each = 5000;
  // Only the loop's thread touches these, or the counts would be wrong.
  std::vector<int> runs(threads * each);
  std::vector<size_t> last(threads);
  bool in_order = true;
  bool at_home = true;
  tally done;
  std::vector<std::thread> posters;
  for (size_t t = 0; t < threads; ++t)
    posters.emplace_back([&, t] {
      for (size_t i = 0; i < each; ++i)
        first.home.post([&, t, i] {
          ++runs[t * each + i];
          in_order = in_order && i >= last[t];
          last[t] = i;
          at_home = at_home && std::this_thread::get_id() == first.thread();
          done.add();
        });
    });
  for (auto& t : posters)
    t.join();
  BOOST_TEST(done.reaches(threads * each));
  first.stop();
  BOOST_TEST(std::count(runs.begin(), runs.end(), 1)
             == static_cast<std::ptrdiff_t>(runs.size()));
  BOOST_TEST(in_order);
  BOOST_TEST(at_home);
}

BOOST_AUTO_TEST_CASE(work_may_post_further_work) {
  tally done;
  first.home.post([&] {
    done.add();
    first.home.post([&] { done.add(); });
  });
  BOOST_TEST(done.reaches(2));
}

BOOST_AUTO_TEST_CASE(what_work_throws_is_told_and_ends_nothing_but_that_work) {
  std::string told; // the loop's thread writes it
  tally failures;
  running_loop careful{system, 0us, [&](const char* why) {
                         told += why;
                         failures.add();
                       }};
  // A list is handled as one: what comes behind the fault is not lost with it.
  tally others;
  careful.home.post([&] {
    for (auto why : {"one ", "two "}) {
      careful.home.post([why] { throw std::runtime_error{why}; });
      careful.home.post([&] { others.add(); });
    }
  });
  BOOST_TEST(others.reaches(2));
  std::unique_ptr<commotion> ready;
  careful.home.post([&] {
    ready = std::make_unique<commotion>(careful.home, [&] {
      ready->source.close();
      throw std::runtime_error{"three"};
    });
  });
  BOOST_TEST(failures.reaches(3));
  careful.run([&] {
    ready.reset();
    return true;
  });
  careful.stop();
  BOOST_TEST(told == "one two three");
}

BOOST_AUTO_TEST_CASE(the_current_loop_is_the_one_whose_thread_asks) {
  BOOST_TEST(event_loop::current() == nullptr);
  BOOST_TEST(first.run([] { return event_loop::current(); }) == &first.home);
  BOOST_TEST(second.run([] { return event_loop::current(); }) == &second.home);
}

BOOST_AUTO_TEST_CASE(stop_wakes_a_loop_that_waits_for_ever) {
  auto began = steady_clock::now();
  for (int i = 0; i < 200; ++i) {
    running_loop other{system};
    // At times it stops before it ran, at times while it goes to sleep, at times after.
    if (i % 3)
      other.run([] { return true; });
    other.stop();
  }
  BOOST_TEST((steady_clock::now() - began < patience));
}

BOOST_AUTO_TEST_CASE(work_that_is_posted_wakes_a_spinning_loop_and_a_blocked_one) {
  for (auto spin : {0us, 50us, 1000us}) {
    running_loop other{system, spin};
    for (int i = 0; i < 500; ++i)
      BOOST_REQUIRE(other.run([i] { return i; }) == i);
  }
}

BOOST_AUTO_TEST_CASE(children_are_flushed_before_clients) {
  auto order = first.run([&] {
    for (auto name : {'A', 'B'})
      first.home.flush_later(make(to_client, name));
    for (auto name : {'x', 'y'})
      first.home.flush_later(make(to_child, name));
    return log;
  });
  BOOST_TEST(order == ""); // not at once
  first.stop();
  BOOST_TEST(log == "xyAB");
}

BOOST_AUTO_TEST_CASE(asking_twice_for_a_flush_is_asking_once) {
  auto child = make(to_child, 'x');
  auto client = make(to_client, 'A');
  auto ask = [&] {
    for (int i = 0; i < 3; ++i) {
      first.home.flush_later(child);
      first.home.flush_later(client);
    }
    return true;
  };
  first.run(ask);
  first.stop();
  BOOST_TEST(log == "xA");
}

BOOST_AUTO_TEST_CASE(what_was_flushed_may_be_listed_again) {
  auto child = make(to_child, 'x');
  for (int i = 0; i < 3; ++i)
    first.run([&] {
      first.home.flush_later(child);
      return true;
    });
  first.stop();
  BOOST_TEST(log == "xxx");
}

BOOST_AUTO_TEST_CASE(a_client_is_held_back_while_more_is_ready_but_not_for_ever) {
  // The loop is busy in every turn, so only the limits let the client go: the one in
  // turns, or on a busy machine at times the one in time.
  size_t most = 0;
  for (int round = 0; round < 100 && most < 2; ++round) {
    std::unique_ptr<commotion> busy;
    size_t turns = 0;
    tally done;
    log.clear();
    auto client = make(to_client, 'A');
    first.home.post([&] {
      first.home.flush_later(client);
      busy = std::make_unique<commotion>(first.home, [&] {
        ++turns;
        if (turns > 10 * limits::held_turns || !log.empty()) {
          busy->source.close();
          done.add();
        }
      });
    });
    BOOST_REQUIRE(done.reaches(1));
    first.run([&] {
      busy.reset();
      return true;
    });
    BOOST_TEST(turns <= limits::held_turns + 1);
    most = std::max(most, turns);
  }
  BOOST_TEST(most > 1u);
}

BOOST_AUTO_TEST_CASE(a_client_is_not_held_back_for_long_beside_heavy_work) {
  std::unique_ptr<commotion> busy;
  size_t turns = 0;
  tally done;
  auto client = make(to_client, 'A');
  first.home.post([&] {
    first.home.flush_later(client);
    busy = std::make_unique<commotion>(first.home, [&] {
      if (!log.empty()) {
        busy->source.close();
        done.add();
        return;
      }
      ++turns;
      for (auto end = steady_clock::now() + limits::held_time; steady_clock::now() < end;)
        ;
    });
  });
  BOOST_TEST(done.reaches(1));
  first.stop();
  BOOST_TEST(turns <= 2u);
  busy.reset();
}

BOOST_AUTO_TEST_CASE(
    what_a_held_flush_lists_anew_is_flushed_though_nothing_else_happens) {
  /// Has something else flushed, after which nothing wakes the loop.
  struct listing : flushable {
    explicit listing(std::function<void()> f)
      : flushable(to_client)
      , each_(std::move(f)) {}
    void flush() override { each_(); }
    std::function<void()> each_;
  };
  for (auto order : {to_child, to_client}) {
    std::unique_ptr<commotion> busy;
    tally done;
    auto last = std::make_shared<listing>([&] { done.add(); });
    auto child = make(order, 'x');
    auto lister = std::make_shared<listing>([&] {
      busy->source.close(); // it was only the limit that let this one go
      first.home.flush_later(child);
      first.home.flush_later(last);
    });
    first.home.post([&] {
      first.home.flush_later(lister);
      busy = std::make_unique<commotion>(first.home, [] {});
    });
    BOOST_TEST(done.reaches(1));
    first.run([&] {
      busy.reset();
      return true;
    });
  }
  BOOST_TEST(log == "xx");
}

BOOST_AUTO_TEST_CASE(what_a_last_flush_lists_anew_is_flushed_before_the_loop_stops) {
  struct listing : flushable {
    listing(event_loop& home, std::shared_ptr<flushable> next)
      : flushable(to_client)
      , home_(home)
      , next_(std::move(next)) {}
    void flush() override { home_.flush_later(next_); }
    event_loop& home_;
    std::shared_ptr<flushable> next_;
  };
  auto lister = std::make_shared<listing>(first.home, make(to_client, 'A'));
  first.run([&] {
    first.home.flush_later(lister);
    first.home.stop();
    return true;
  });
  first.stop();
  BOOST_TEST(log == "A");
}

BOOST_AUTO_TEST_CASE(many_busy_actors_leave_descriptors_their_turn) {
  struct no_state {
    explicit no_state(caf::local_actor*) {}
  };
  using worker = caf::typed_actor<caf::reacts_to<internal::work_due>>;
  constexpr size_t actors = 100;
  size_t ran = 0;
  size_t ran_before_a_look = 0;
  tally done;
  auto fun = [&](pinned_actor<worker, no_state>* self) -> worker::behavior_type {
    return {[&, self](internal::work_due) {
      for (auto end = steady_clock::now() + limits::turn_time; steady_clock::now() < end;)
        ;
      if (++ran == actors)
        done.add();
      self->quit();
    }};
  };
  std::vector<worker> all;
  for (size_t i = 0; i < actors; ++i)
    all.push_back(spawn_on(first.home, fun));
  std::unique_ptr<commotion> ready;
  first.run([&] {
    for (auto& x : all)
      caf::anon_send(x, internal::work_due_v);
    ready = std::make_unique<commotion>(first.home, [&] {
      ran_before_a_look = ran;
      ready->source.close();
    });
    return true;
  });
  BOOST_TEST(done.reaches(1));
  first.stop();
  BOOST_TEST(ran_before_a_look < actors / 4);
  ready.reset();
}

BOOST_AUTO_TEST_CASE(deferred_work_goes_on_after_what_else_is_ready) {
  std::unique_ptr<commotion> other;
  tally done;
  size_t turns = 0;
  std::function<void()> go_on = [&] {
    if (++turns == 100)
      return done.add();
    log += 'd';
    first.home.next_turn(go_on);
  };
  first.run([&] {
    other = std::make_unique<commotion>(first.home, [&] {
      log += 'e';
      if (log.size() > 20)
        other->source.close();
    });
    first.home.next_turn(go_on);
    return true;
  });
  BOOST_TEST(done.reaches(1)); // also when nothing else is ready any more
  first.stop();
  BOOST_TEST(log.find("dd") >= 20u);
  other.reset();
}

BOOST_AUTO_TEST_CASE(a_child_is_not_held_back_by_a_busy_loop) {
  std::unique_ptr<commotion> busy;
  size_t turns = 0;
  tally done;
  auto child = make(to_child, 'x');
  first.home.post([&] {
    first.home.flush_later(child);
    busy = std::make_unique<commotion>(first.home, [&] {
      if (++turns < 3)
        return;
      busy->source.close();
      done.add();
    });
  });
  BOOST_TEST(done.reaches(1));
  auto at_turn_three = first.run([&] { return log; });
  BOOST_TEST(at_turn_three == "x");
  first.stop();
  busy.reset();
}

BOOST_AUTO_TEST_CASE(what_is_held_back_is_flushed_before_the_loop_stops) {
  auto client = make(to_client, 'A');
  first.run([&] {
    first.home.flush_later(client);
    first.home.stop();
    return true;
  });
  first.stop(); // for its thread to end
  BOOST_TEST(log == "A");
}

BOOST_AUTO_TEST_CASE(a_loop_that_waits_for_a_timer_uses_no_cpu) {
  auto before = first.run([] { return cpu_time(); });
  // A delayed message to a loop's actor is a timer of the loop.
  tally due;
  struct no_state {
    explicit no_state(caf::local_actor*) {}
  };
  using sleeper = caf::typed_actor<caf::reacts_to<internal::work_due>>;
  std::chrono::microseconds used{};
  auto fun = [&](pinned_actor<sleeper, no_state>* self) -> sleeper::behavior_type {
    self->delayed_send(self, 200ms, internal::work_due_v);
    return {[&, self](internal::work_due) {
      used = cpu_time() - before;
      self->quit();
      due.add();
    }};
  };
  spawn_on(first.home, fun);
  BOOST_TEST(due.reaches(1));
  BOOST_TEST(used.count() < 10'000);
}

BOOST_AUTO_TEST_SUITE_END()
