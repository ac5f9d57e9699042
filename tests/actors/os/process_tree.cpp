#include "actors/os/process_tree.hpp"

#include "tests/actors/os/support_process.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <ctime>

using namespace troupe;
using namespace troupe::os;
using namespace troupe::testing;
using std::chrono::milliseconds;

namespace process_trees {

/// Two pipes: one end of each is the test's, the other that of its children.
struct pipe_pair {
  int from_children[2];
  int to_children[2];

  pipe_pair() { BOOST_REQUIRE(::pipe(from_children) + ::pipe(to_children) == 0); }
  ~pipe_pair() {
    for (auto fd : {from_children[0], from_children[1], to_children[0], to_children[1]})
      ::close(fd);
  }
  pipe_pair(const pipe_pair&) = delete;
  pipe_pair& operator=(const pipe_pair&) = delete;

  static bool write_byte(const int (&pipe)[2]) { return ::write(pipe[1], "x", 1) == 1; }
  static bool read_byte(const int (&pipe)[2]) {
    char byte;
    return ::read(pipe[0], &byte, 1) == 1;
  }
};

void burn(milliseconds cpu) {
  auto ticks = static_cast<std::clock_t>(cpu.count() * CLOCKS_PER_SEC / 1000);
  for (auto begin = std::clock(); std::clock() - begin < ticks;) {
  }
}

/// A child of the test with a child of its own, which uses CPU time, says so, and ends as
/// soon as it is told to. Its parent says when it has waited for it.
struct small_tree {
  explicit small_tree(milliseconds cpu) {
    require_single_thread();
    root = ::fork();
    BOOST_REQUIRE(root >= 0);
    if (root > 0)
      return;
    auto child = ::fork();
    if (child == 0) {
      burn(cpu);
      pipe_pair::write_byte(pipes.from_children);
      pipe_pair::read_byte(pipes.to_children);
      ::_exit(0);
    }
    ::waitpid(child, nullptr, 0);
    pipe_pair::write_byte(pipes.from_children);
    for (;;)
      ::pause();
  }
  ~small_tree() {
    if (root > 0)
      end();
  }

  bool hears() { return pipe_pair::read_byte(pipes.from_children); }
  bool tells() { return pipe_pair::write_byte(pipes.to_children); }
  void end() {
    ::kill(root, SIGKILL);
    reap(std::exchange(root, -1));
  }

  pipe_pair pipes;
  pid_t root = -1;
};

/// The kernel shows whole ticks, of 10 ms each, for each of a process's times.
constexpr milliseconds imprecision{50};

} // namespace process_trees

BOOST_AUTO_TEST_SUITE(process_trees)

BOOST_AUTO_TEST_CASE(the_cpu_time_of_a_descendant_counts_while_it_lives_and_afterwards) {
  constexpr milliseconds burnt{200};
  small_tree tree{burnt};
  auto root = tree.root;
  BOOST_REQUIRE(tree.hears());
  auto alive = read_tree_usage(root);
  BOOST_TEST(alive.cpu.count() >= (burnt - imprecision).count());
  BOOST_TEST(alive.cpu.count() < 5 * burnt.count());
  BOOST_TEST(alive.memory > 0u);
  BOOST_REQUIRE(tree.tells());
  BOOST_REQUIRE(tree.hears()); // its parent has waited for it
  auto afterwards = read_tree_usage(root);
  BOOST_TEST(afterwards.cpu.count() >= (alive.cpu - imprecision).count());
  BOOST_TEST(afterwards.cpu.count() < 5 * burnt.count());
  BOOST_TEST(afterwards.memory < alive.memory);
  tree.end();
  auto gone = read_tree_usage(root);
  BOOST_TEST(gone.cpu.count() == 0);
  BOOST_TEST(gone.memory == 0u);
}

BOOST_AUTO_TEST_CASE(one_look_at_all_processes_is_enough_for_all_trees) {
  auto process = [](pid_t pid, pid_t parent, uint64_t ticks, uint64_t pages) {
    return process_entry{pid, parent, pid, pid, uint64_t(pid), false, ticks, pages};
  };
  auto page = static_cast<uint64_t>(::sysconf(_SC_PAGESIZE));
  std::vector<process_entry> all{
      process(1, 0, 1000, 1000), process(10, 1, 1, 2), process(30, 20, 100, 7),
      process(20, 10, 10, 3),    process(40, 1, 5, 4), process(50, 999, 9, 9),
      process(60, 61, 1, 1),     process(61, 60, 1, 1) // a circle
  };
  auto trees = usage_of_trees(all, {10, 40, 77});
  BOOST_TEST_REQUIRE(trees.size() == 3u);
  BOOST_TEST(trees[0].cpu.count() == time_of_ticks(1 + 10 + 100).count());
  BOOST_TEST(trees[0].memory == (2 + 3 + 7) * page);
  BOOST_TEST(trees[0].started == 10u);
  BOOST_TEST(trees[1].cpu.count() == time_of_ticks(5).count());
  BOOST_TEST(trees[1].memory == 4 * page);
  BOOST_TEST(trees[2].memory == 0u);
  BOOST_TEST(trees[2].started == 0u);
  // A tree within another one is a tree of its own.
  auto nested = usage_of_trees(all, {10, 20});
  BOOST_TEST(nested[0].memory == 2 * page);
  BOOST_TEST(nested[1].memory == (3 + 7) * page);
}

BOOST_AUTO_TEST_CASE(one_look_sees_what_a_walk_sees) {
  constexpr milliseconds burnt{200};
  small_tree tree{burnt};
  BOOST_REQUIRE(tree.hears());
  auto walked = read_tree_usage(tree.root);
  auto seen = usage_of_trees(all_processes(), {tree.root}).front();
  BOOST_TEST(seen.started == walked.started);
  BOOST_TEST(seen.memory > 0u);
  BOOST_TEST(seen.cpu.count() >= (burnt - imprecision).count());
  BOOST_TEST(ticks_since_boot() >= seen.started);
  BOOST_TEST(tree.tells());
}

BOOST_AUTO_TEST_SUITE_END()
