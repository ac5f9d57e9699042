#include "broker/front/socket/socket_connection.hpp"
#include "tests/actors/loop/support_loop.hpp"

#include <spdlog/spdlog.h>

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>

#include <unistd.h>

#include <algorithm>
#include <ctime>
#include <thread>

using namespace troupe;
using namespace troupe::front;
using namespace troupe::front::socket;
using namespace troupe::loop;
using namespace troupe::testing;

namespace fair_reading {

/// Processor time of the calling thread: what others do on the machine does not count.
std::chrono::nanoseconds cpu_time_used() {
  timespec t{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  return std::chrono::seconds{t.tv_sec} + std::chrono::nanoseconds{t.tv_nsec};
}

/// A connection on a real loop, and a descriptor beside it that is always ready.
struct fair_fixture : loop_fixture {
  template <class Connection>
  void open() {
    int pair[2];
    BOOST_REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0);
    peer.reset(pair[0]);
    auto context = std::make_shared<front_context>();
    context->directory = &names;
    context->log = std::make_shared<spdlog::logger>("silent");
    context->max_request = 64 * 1024;
    auto fd = std::make_shared<unique_fd>(pair[1]);
    first.run([&, fd, context] {
      auto c = std::make_shared<Connection>(first.home, std::move(*fd), context);
      c->start();
      close = [c] { c->close(); };
      return true;
    });
    int ends[2];
    BOOST_REQUIRE(::pipe2(ends, O_CLOEXEC | O_NONBLOCK) == 0);
    full.reset(ends[1]);
    BOOST_REQUIRE(::write(full.get(), "x", 1) == 1);
    first.run([&] {
      neighbour = std::make_unique<descriptor>(first.home, unique_fd{ends[0]});
      began = last = cpu_time_used();
      neighbour->watch(EPOLLIN, [this](uint32_t) {
        auto now = cpu_time_used();
        longest = std::max(longest, now - last);
        last = now;
      });
      return true;
    });
  }

  ~fair_fixture() {
    first.run([this] {
      neighbour.reset();
      std::exchange(close, {})();
      return true;
    });
  }

  /// Sends this so often, and reads all answers: so many lines.
  void sends(const std::string& line, size_t times, size_t answers) {
    std::thread writer{[&] {
      std::string all;
      for (size_t i = 0; i < times; ++i)
        all += line;
      for (size_t done = 0; done < all.size();) {
        auto n = ::send(peer.get(), all.data() + done, all.size() - done, MSG_NOSIGNAL);
        if (n <= 0)
          break;
        done += static_cast<size_t>(n);
      }
    }};
    size_t lines = 0;
    std::vector<char> space(256 * 1024);
    while (lines < answers) {
      pollfd p{peer.get(), POLLIN, 0};
      if (::poll(&p, 1, 10'000) <= 0)
        break;
      auto n = ::recv(peer.get(), space.data(), space.size(), 0);
      if (n <= 0)
        break;
      lines += static_cast<size_t>(std::count(space.data(), space.data() + n, '\n'));
    }
    BOOST_TEST(lines == answers);
    writer.join();
  }

  directory names{"n"};
  unique_fd peer;
  unique_fd full;
  std::function<void()> close;
  std::unique_ptr<descriptor> neighbour;
  std::chrono::nanoseconds began{0};
  std::chrono::nanoseconds last{0};
  std::chrono::nanoseconds longest{0};
};

} // namespace fair_reading

BOOST_FIXTURE_TEST_SUITE(fair_reading, fair_fixture)

BOOST_AUTO_TEST_CASE(a_client_of_many_mistakes_leaves_its_neighbours_their_turns) {
  open<socket_connection>();
  constexpr size_t mistakes = 30'000; // one read brings all of them
  sends("x\n", mistakes, mistakes);
  first.run([] { return true; });
  auto all = last - began;
  BOOST_TEST_MESSAGE("longest wait " << longest.count() / 1000 << " us of "
                                     << all.count() / 1000);
  BOOST_TEST((longest < all / 4));
}

BOOST_AUTO_TEST_SUITE_END()
