// Proves that a record of the log becomes one line of text or of JSON, with its fields,
// whatever a worker or a client has put into it.
#include "broker/serve/log_formatter.hpp"

#include "actors/interfaces/log_record.hpp"
#include "protocol/base/json_text.hpp"
#include "protocol/base/limits.hpp"

#include <boost/test/unit_test.hpp>
#include <spdlog/sinks/base_sink.h>
#include <spdlog/spdlog.h>

#include <sys/stat.h>

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

using namespace troupe;
using serve::is_journal;
using serve::log_formatter;
using serve::log_style;

namespace formatting_of_records {

constexpr auto json = config::log_format::json;

/// Keeps the last line.
class last_line : public spdlog::sinks::base_sink<std::mutex> {
public:
  explicit last_line(log_style style)
    : base_sink(std::make_unique<log_formatter>(std::move(style))) {}

  std::string line;

protected:
  void sink_it_(const spdlog::details::log_msg& m) override {
    spdlog::memory_buf_t out;
    formatter_->format(m, out);
    line.assign(out.data(), out.size());
  }
  void flush_() override {}
};

/// Returns the line without its end, which it must have and only there.
std::string line_of(log_style style, spdlog::level::level_enum level,
                    const log_fields& about, std::string_view message) {
  auto sink = std::make_shared<last_line>(std::move(style));
  spdlog::logger log{"test", sink};
  log.set_level(spdlog::level::trace);
  write_log(log, level, about, "{}", message);
  BOOST_TEST_REQUIRE(std::count(sink->line.begin(), sink->line.end(), '\n') == 1);
  BOOST_TEST_REQUIRE(sink->line.back() == '\n');
  sink->line.pop_back();
  return sink->line;
}

std::string json_of(const log_fields& about, std::string_view message) {
  auto line = line_of({.format = json}, spdlog::level::info, about, message);
  BOOST_TEST(json_text::is_valid(line), line);
  return line;
}

/// Returns the text that a member of an object is.
std::string member(const std::string& object, std::string_view key) {
  auto value = json_text::find(object, key);
  return value ? json_text::as_text(*value).value_or(std::string{*value}) : "missing";
}

const std::string hostile{"a\nb\r\x1b[2J\0\x7f\xff\xc2\x9b\xe2\x80\xa8\xe2\x80\xae\"\\",
                          21};

bool is_harmless(const std::string& line) {
  auto steers = [](unsigned char c) { return c < 0x20 || c == 0x7F; };
  return std::none_of(line.begin(), line.end(), steers)
         && line.find("\xe2\x80") == std::string::npos
         && line.find("\xc2\x9b") == std::string::npos;
}

} // namespace formatting_of_records

BOOST_AUTO_TEST_SUITE(formatting_of_records)

BOOST_AUTO_TEST_CASE(a_text_has_time_level_and_message) {
  auto line = line_of({}, spdlog::level::warn, {.event = "e", .pool = "echo"}, "echo: x");
  BOOST_TEST(line.size() > 24u);
  BOOST_TEST(line.substr(23) == " warn  echo: x");
  BOOST_TEST(line.substr(4, 1) == "-");
}

BOOST_AUTO_TEST_CASE(json_has_the_fields_that_are_set_and_no_others) {
  auto line = json_of({.event = "worker_exited",
                       .pool = "echo",
                       .worker = "echo.0",
                       .pid = 4711,
                       .code = "worker_died",
                       .reason = "crash",
                       .run_ms = 0},
                      "echo.0 ended");
  auto begin = line.find("\"level\"");
  BOOST_TEST_REQUIRE(begin != std::string::npos);
  BOOST_TEST(line.substr(begin)
             == R"("level":"info","message":"echo.0 ended","event":"worker_exited",)"
                R"("pool":"echo","worker":"echo.0","pid":4711,"code":"worker_died",)"
                R"("reason":"crash","run_ms":0})");
}

BOOST_AUTO_TEST_CASE(the_node_of_the_log_stands_in_lines_that_name_no_other) {
  log_style style{.format = json, .node = "alpha"};
  auto own = line_of(style, spdlog::level::info, {}, "x");
  BOOST_TEST(member(own, "node") == "alpha");
  auto other = line_of(style, spdlog::level::info, {.node = "beta"}, "x");
  BOOST_TEST(member(other, "node") == "beta");
}

BOOST_AUTO_TEST_CASE(what_strangers_say_is_escaped_in_text) {
  auto line = line_of({}, spdlog::level::info, {.request_id = hostile}, hostile);
  BOOST_TEST(is_harmless(line), line);
}

BOOST_AUTO_TEST_CASE(what_strangers_say_is_escaped_in_each_field_of_json) {
  auto line = json_of({.event = hostile,
                       .node = hostile,
                       .pool = hostile,
                       .worker = hostile,
                       .request_id = hostile,
                       .trace_id = hostile,
                       .code = hostile,
                       .reason = hostile,
                       .kind = hostile},
                      hostile);
  BOOST_TEST(is_harmless(line), line);
  auto told = member(line, "message");
  for (auto key : {"event", "node", "pool", "worker", "request_id", "trace_id", "code",
                   "reason", "kind"})
    BOOST_TEST(member(line, key) == told, key);
  BOOST_TEST(told.starts_with("a\nb\r\x1b[2J"));
}

BOOST_AUTO_TEST_CASE(a_message_that_looks_like_fields_adds_none) {
  auto line = json_of({}, R"(x","event":"worker_exited","pid":1,"y":")");
  BOOST_TEST(member(line, "event") == "missing");
  BOOST_TEST(member(line, "pid") == "missing");
}

BOOST_AUTO_TEST_CASE(a_text_shows_the_ids_of_a_call_and_a_client_cannot_forge_one) {
  auto plain = line_of({}, spdlog::level::info, {.request_id = "c1", .trace_id = "ab"},
                       "echo: failed");
  BOOST_TEST(plain.ends_with("echo: failed request_id=c1 trace_id=ab"), plain);
  auto forged = line_of({}, spdlog::level::info, {.request_id = "c1 trace_id=ab"}, "x");
  BOOST_TEST(forged.ends_with(" x request_id=\"c1 trace_id=ab\""), forged);
}

BOOST_AUTO_TEST_CASE(a_field_that_a_client_has_made_long_is_cut) {
  auto line = json_of({.request_id = std::string(1'000'000, 'x')}, "m");
  BOOST_TEST(member(line, "request_id").size() == limits::log_excerpt);
}

BOOST_AUTO_TEST_CASE(priorities_stand_before_a_text) {
  namespace levels = spdlog::level;
  log_style style{.priorities = true};
  std::vector<std::pair<levels::level_enum, const char*>> known = {
      {levels::critical, "<2>"},
      {levels::err, "<3>"},
      {levels::warn, "<4>"},
      {levels::info, "<6>"},
      {levels::debug, "<7>"}};
  for (auto& [level, prefix] : known)
    BOOST_TEST(line_of(style, level, {}, "x").starts_with(prefix), prefix);
}

BOOST_AUTO_TEST_CASE(a_journal_is_known_by_its_file) {
  struct stat file {};
  BOOST_REQUIRE(::fstat(2, &file) == 0);
  auto name = std::to_string(file.st_dev) + ":" + std::to_string(file.st_ino);
  ::unsetenv("JOURNAL_STREAM");
  BOOST_TEST(!is_journal(2));
  ::setenv("JOURNAL_STREAM", name.c_str(), 1);
  BOOST_TEST(is_journal(2));
  ::setenv("JOURNAL_STREAM", ("1" + name).c_str(), 1);
  BOOST_TEST(!is_journal(2));
  ::unsetenv("JOURNAL_STREAM");
}

BOOST_AUTO_TEST_SUITE_END()
