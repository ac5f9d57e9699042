// Proves that nobody waits for a reader of the log that does not read, and that it is
// told what it missed.
#include "tests/broker/support.hpp"

#include "broker/serve/background_writer.hpp"
#include "broker/serve/log.hpp"
#include "broker/serve/log_file.hpp"
#include "protocol/base/json_text.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <fstream>
#include <iterator>

#include <fcntl.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace std::chrono_literals;
using troupe::serve::background_writer;
using troupe::serve::log_output;
using troupe::serve::open_log_file;
namespace loop = troupe::loop;

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

loop::unique_fd append_to(const std::filesystem::path& path) {
  return loop::unique_fd{
      ::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600)};
}

loop::unique_fd good_file(const std::filesystem::path& path) {
  auto opened = open_log_file(path);
  BOOST_TEST_REQUIRE(opened.has_value());
  return std::move(*opened);
}

std::string content_of(const std::filesystem::path& path) {
  std::ifstream in{path};
  return {std::istreambuf_iterator<char>{in}, {}};
}

/// Waits until `holds` of what is in the file; returns whether it does.
template <class Condition>
bool waits_for(const std::filesystem::path& path, Condition holds) {
  auto deadline = std::chrono::steady_clock::now() + 10s;
  while (!holds(content_of(path)) && std::chrono::steady_clock::now() < deadline)
    std::this_thread::sleep_for(1ms); // between two looks
  return holds(content_of(path));
}

bool comes_to_be(const std::filesystem::path& path, const std::string& content) {
  return waits_for(path, [&](const std::string& text) { return text == content; });
}

bool comes_to_end(const std::filesystem::path& path, const std::string& end) {
  return waits_for(path, [&](const std::string& text) { return text.ends_with(end); });
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

BOOST_AUTO_TEST_CASE(lines_go_to_the_next_file_after_it_was_given) {
  slow_pipe pipe;
  test::temporary_folder folder;
  background_writer writer{pipe.writer(), {}};
  writer.write("first\n");
  BOOST_TEST(pipe.read_until("first\n") == "first\n");
  for (auto name : {"one", "two"}) {
    writer.replace(append_to(folder.path / name));
    writer.write(std::string{name} + "\n");
    BOOST_TEST(comes_to_be(folder.path / name, std::string{name} + "\n"));
  }
}

BOOST_AUTO_TEST_CASE(a_line_is_whole_in_the_old_file_or_in_the_new_one) {
  test::temporary_folder folder;
  const std::string line = std::string(10'000, 'x') + "\n";
  {
    background_writer writer{-1, {}};
    for (auto i = 0; i < 50; ++i) {
      writer.replace(append_to(folder.path / std::to_string(i)));
      writer.write(line);
    }
  }
  size_t total = 0;
  for (auto& file : std::filesystem::directory_iterator{folder.path}) {
    BOOST_TEST(file.file_size() % line.size() == 0u);
    total += file.file_size();
  }
  BOOST_TEST(total == 50 * line.size());
}

BOOST_AUTO_TEST_CASE(what_follows_a_line_that_broke_off_is_a_line_of_its_own) {
  test::temporary_folder folder;
  auto path = folder.path / "log";
  std::atomic<int> notices = 0;
  background_writer writer{-1, {}, [&](uint64_t) {
                             ++notices;
                             return "some dropped\n";
                           }};
  writer.replace(append_to(path));
  rlimit before{};
  BOOST_TEST_REQUIRE(::getrlimit(RLIMIT_FSIZE, &before) == 0);
  const rlimit small{10, before.rlim_max}; // as a full disk; the writer takes no signals
  BOOST_TEST_REQUIRE(::setrlimit(RLIMIT_FSIZE, &small) == 0);
  writer.write("first\nsecond\n");
  auto broke_off = comes_to_be(path, "first\nseco");
  writer.write("lost, or not\n");
  while (broke_off && notices == 0) // then what broke off was given up
    std::this_thread::yield();
  ::setrlimit(RLIMIT_FSIZE, &before);
  BOOST_TEST_REQUIRE(broke_off);
  writer.replace(append_to(path)); // SIGUSR1, and the file has stayed
  writer.write("third\n");
  BOOST_TEST(comes_to_end(path, "third\n"));
  BOOST_TEST(content_of(path).starts_with("first\nseco\nsome dropped\n"));
}

BOOST_AUTO_TEST_CASE(a_log_may_go_to_a_file_and_then_to_the_next) {
  test::temporary_folder folder;
  log_output log{troupe::config::log_level::info,
                 {troupe::config::log_format::text},
                 good_file(folder.path / "log")};
  log.logger()->info("old");
  BOOST_TEST(comes_to_end(folder.path / "log", " old\n"));
  std::filesystem::rename(folder.path / "log", folder.path / "log.1");
  log.replace(good_file(folder.path / "log"));
  log.logger()->info("new");
  BOOST_TEST(comes_to_end(folder.path / "log", " new\n"));
  BOOST_TEST(comes_to_end(folder.path / "log.1", " old\n"));
}

BOOST_AUTO_TEST_CASE(what_is_no_file_is_not_taken_for_a_log) {
  test::temporary_folder folder;
  BOOST_REQUIRE(::mkfifo((folder.path / "pipe").c_str(), 0600) == 0);
  BOOST_TEST(!open_log_file(folder.path / "pipe"));
  BOOST_TEST(!open_log_file(folder.path));
  BOOST_TEST(!open_log_file("/dev/null"));
}

BOOST_AUTO_TEST_CASE(a_record_is_one_line_whatever_stands_in_it) {
  slow_pipe pipe;
  log_output log{
      troupe::config::log_level::info, {troupe::config::log_format::text}, pipe.writer()};
  log.logger()->info("{}", "a\n2030-01-01 00:00:00.000 info  forged\x1b[2J\xE2\x80\xAE");
  log.logger()->info("second");
  auto all = pipe.read_until("second\n");
  BOOST_TEST(std::count(all.begin(), all.end(), '\n') == 2);
  BOOST_TEST(contains(all, "a\\n2030-01-01 00:00:00.000 info  forged\\x1b[2J\\u202e\n"));
}

BOOST_AUTO_TEST_CASE(a_record_of_json_is_one_line_of_json_whatever_stands_in_it) {
  slow_pipe pipe;
  {
    log_output log{troupe::config::log_level::info,
                   {troupe::config::log_format::json},
                   pipe.writer()};
    log.logger()->info("{}", "a\nb\x1b\x7F\xC2\x9B\xE2\x80\xA8");
  }
  auto all = pipe.read_until("}\n");
  BOOST_TEST(contains(all, R"("message":"a\nb\u001b\u007f\u009b\u2028"})"));
  BOOST_TEST(troupe::json_text::is_valid(all));
}

BOOST_AUTO_TEST_SUITE_END()
