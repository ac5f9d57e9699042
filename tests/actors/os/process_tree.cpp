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

BOOST_AUTO_TEST_SUITE_END()
