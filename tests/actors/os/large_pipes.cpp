#include "actors/os/large_pipes.hpp"

#include "actors/loop/unique_fd.hpp"

#include <boost/test/unit_test.hpp>

#include <unistd.h>

#include <deque>

using namespace troupe;
using namespace troupe::os;

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
