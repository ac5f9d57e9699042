#include "actors/os/large_pipes.hpp"

#include "tests/actors/os/support_process.hpp"

#include <unistd.h>

#include <deque>

using namespace troupe;
using namespace troupe::os;
using namespace troupe::testing;

namespace pipes_that_grow {

struct pipe_fixture {
  pipe_fixture() {
    int ends[2];
    BOOST_REQUIRE(::pipe2(ends, O_CLOEXEC | O_NONBLOCK) == 0);
    read.reset(ends[0]);
    write.reset(ends[1]);
  }

  int size() const { return ::fcntl(write.get(), F_GETPIPE_SZ); }

  loop::unique_fd read;
  loop::unique_fd write;
  std::shared_ptr<large_pipes> all = std::make_shared<large_pipes>();
};

} // namespace pipes_that_grow

BOOST_FIXTURE_TEST_SUITE(pipes_that_grow, pipe_fixture)

BOOST_AUTO_TEST_CASE(a_pipe_grows_once) {
  large_pipe one{all};
  auto before = size();
  auto grown = one.grow(write.get());
  // Where the system allows no more, nothing is lost.
  BOOST_TEST(size() == (grown ? large_pipe::bytes : before));
  BOOST_TEST(!one.grow(write.get()));
}

BOOST_AUTO_TEST_CASE(what_is_no_pipe_and_what_may_not_grow_stays_as_it_is) {
  large_pipe none{nullptr};
  BOOST_TEST(!none.grow(write.get()));
  large_pipe closed{all};
  BOOST_TEST(!closed.grow(-1));
}

BOOST_AUTO_TEST_CASE(only_so_many_grow_and_one_that_goes_makes_room) {
  std::deque<large_pipe> grown;
  large_pipe first{all};
  if (!first.grow(write.get()))
    return; // not here
  for (int i = 1; i < large_pipes::most; ++i)
    BOOST_TEST_REQUIRE(grown.emplace_back(all).grow(write.get()));
  BOOST_TEST(!large_pipe{all}.grow(write.get()));
  grown.pop_back();
  BOOST_TEST(large_pipe{all}.grow(write.get()));
}

BOOST_AUTO_TEST_SUITE_END()

namespace pools_with_large_pipes {

/// Children that read nothing.
struct pools_fixture : process_fixture {
  /// Returns how much the pipe to a child holds, once that has more to read.
  int size_after_much(owned_child& child) {
    child.write(std::string(256 * 1024, 'x'));
    home.run([] { return true; }); // it was written as far as there is room
    auto path = "/proc/" + std::to_string(child.pid()) + "/fd/0";
    loop::unique_fd input{::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC)};
    return ::fcntl(input.get(), F_GETPIPE_SZ);
  }
};

} // namespace pools_with_large_pipes

BOOST_FIXTURE_TEST_SUITE(pools_with_large_pipes, pools_fixture)

BOOST_AUTO_TEST_CASE(the_pools_of_a_node_share_what_may_grow) {
  owned_child first{home, make_process_launcher(home.home, processes),
                    shell("exec sleep 1000")};
  owned_child second{home, make_process_launcher(home.home, processes),
                     shell("exec sleep 1000")};
  for (int i = 1; i < large_pipes::most; ++i)
    BOOST_TEST_REQUIRE(processes.pipes()->take());
  if (size_after_much(first) != large_pipe::bytes)
    return; // not here
  BOOST_TEST(size_after_much(second) < large_pipe::bytes);
}

BOOST_AUTO_TEST_SUITE_END()
