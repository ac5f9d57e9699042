// Proves that nobody waits for a reader of the log that does not read, and that it is
// told what it missed.
#include "tests/broker/support.hpp"

#include "broker/serve/background_writer.hpp"
#include "broker/serve/log.hpp"
#include "protocol/base/json_text.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <array>
#include <chrono>

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

using namespace std::chrono_literals;
using troupe::serve::background_writer;
using troupe::serve::log_output;

namespace the_log_on_stderr {

/// A pipe of one page, whose reader reads when it is told to.
class slow_pipe {
public:
  slow_pipe() {
    BOOST_REQUIRE(::pipe2(ends_.data(), O_CLOEXEC) == 0);
    ::fcntl(ends_[1], F_SETPIPE_SZ, 4096);
  }
  ~slow_pipe() {
    close_reader();
    ::close(ends_[1]);
  }
  slow_pipe(const slow_pipe&) = delete;

  int writer() const { return ends_[1]; }

  void close_reader() {
    if (ends_[0] >= 0)
      ::close(std::exchange(ends_[0], -1));
  }

  /// Reads until `wanted` was seen, or nothing came for five seconds.
  std::string read_until(std::string_view wanted) {
    std::string all;
    std::array<char, 4096> buffer{};
    pollfd p{ends_[0], POLLIN, 0};
    while (all.find(wanted) == std::string::npos && ::poll(&p, 1, 5000) > 0) {
      auto n = ::read(ends_[0], buffer.data(), buffer.size());
      if (n <= 0)
        break;
      all.append(buffer.data(), static_cast<size_t>(n));
    }
    return all;
  }

private:
  std::array<int, 2> ends_{-1, -1};
};

bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

} // namespace the_log_on_stderr

BOOST_AUTO_TEST_SUITE(the_log_on_stderr)

BOOST_AUTO_TEST_CASE(lines_come_out_in_their_order) {
  slow_pipe pipe;
  background_writer writer{pipe.writer(), {}};
  for (auto i = 0; i < 2000; ++i)
    writer.write(std::to_string(i) + "\n");
  auto all = pipe.read_until("\n1999\n");
  BOOST_TEST(all.starts_with("0\n1\n2\n"));
  BOOST_TEST(contains(all, "\n998\n999\n1000\n"));
}

BOOST_AUTO_TEST_CASE(whoever_writes_does_not_wait_for_a_reader_that_does_not_read) {
  slow_pipe pipe;
  auto notice = [](uint64_t n) { return std::to_string(n) + " dropped\n"; };
  background_writer writer{pipe.writer(), {100, 1024 * 1024}, notice};
  std::string line(99, 'x');
  line += '\n';
  for (auto i = 0; i < 100'000; ++i)
    writer.write(line);
  writer.write("the last\n");
  auto all = pipe.read_until("the last\n");
  BOOST_TEST(contains(all, " dropped\n"));
  BOOST_TEST(contains(all, "the last\n"));
}

BOOST_AUTO_TEST_CASE(what_waits_is_bounded_in_bytes_too) {
  slow_pipe pipe;
  auto notice = [](uint64_t n) { return std::to_string(n) + " dropped\n"; };
  background_writer writer{pipe.writer(), {1'000'000, 64 * 1024}, notice};
  std::string line(1023, 'x');
  line += '\n';
  for (auto i = 0; i < 10'000; ++i)
    writer.write(line);
  writer.write("the last\n");
  auto all = pipe.read_until("the last\n");
  BOOST_TEST(all.size() < 300'000u);
  BOOST_TEST(contains(all, " dropped\n"));
}

BOOST_AUTO_TEST_CASE(its_end_waits_a_moment_for_the_reader_and_no_longer) {
  slow_pipe pipe;
  auto begin = std::chrono::steady_clock::now();
  {
    background_writer writer{pipe.writer(), {}};
    writer.write(std::string(100'000, 'x'));
  }
  BOOST_TEST((std::chrono::steady_clock::now() - begin < 10s));
}

BOOST_AUTO_TEST_CASE(a_reader_that_is_gone_is_survived) {
  slow_pipe pipe;
  background_writer writer{pipe.writer(), {}};
  pipe.close_reader();
  for (auto i = 0; i < 100; ++i)
    writer.write("nobody reads this\n");
}

BOOST_AUTO_TEST_CASE(a_record_is_one_line_whatever_stands_in_it) {
  slow_pipe pipe;
  log_output log{troupe::config::log_level::info, troupe::config::log_format::text,
                 pipe.writer()};
  log.logger()->info("{}", "a\n2030-01-01 00:00:00.000 info  forged\x1b[2J\xE2\x80\xAE");
  log.logger()->info("second");
  auto all = pipe.read_until("second\n");
  BOOST_TEST(std::count(all.begin(), all.end(), '\n') == 2);
  BOOST_TEST(contains(all, "a\\n2030-01-01 00:00:00.000 info  forged\\x1b[2J\\u202e\n"));
}

BOOST_AUTO_TEST_CASE(a_record_of_json_is_one_line_of_json_whatever_stands_in_it) {
  slow_pipe pipe;
  {
    log_output log{troupe::config::log_level::info, troupe::config::log_format::json,
                   pipe.writer()};
    log.logger()->info("{}", "a\nb\x1b\x7F\xC2\x9B\xE2\x80\xA8");
  }
  auto all = pipe.read_until("}\n");
  BOOST_TEST(contains(all, R"("message":"a\nb\u001b\u007f\u009b\u2028"})"));
  BOOST_TEST(troupe::json_text::is_valid(all));
}

BOOST_AUTO_TEST_SUITE_END()
