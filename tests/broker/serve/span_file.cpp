// Proves that spans reach their file, and that what does not is counted and told of.
#include "broker/serve/span_file.hpp"

#include "broker/serve/log_file.hpp"
#include "protocol/base/json_text.hpp"
#include "tests/actors/told_metrics.hpp"
#include "tests/broker/support.hpp"

#include <spdlog/sinks/ostream_sink.h>
#include <spdlog/spdlog.h>

#include <fcntl.h>
#include <unistd.h>

#include <fstream>
#include <memory>
#include <optional>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

using namespace troupe;
using troupe::serve::open_log_file;
using troupe::serve::span_file;

namespace files_of_spans {

span make(uint64_t id) {
  span s;
  s.id = id;
  s.parent =
      trace_context::parse("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
  s.pool = "echo";
  s.kind = shared_bytes::literal("k");
  return s;
}

/// Returns whether `holds()` within some seconds.
template <class Condition>
bool eventually(Condition&& holds) {
  for (int i = 0; i < 2000; ++i) {
    if (holds())
      return true;
    ::usleep(5000); // between two looks
  }
  return false;
}

struct a_folder {
  std::filesystem::path path_of(const char* name) const { return folder.path / name; }

  loop::unique_fd open(const char* name) const {
    auto file = open_log_file(path_of(name), "trace");
    BOOST_TEST_REQUIRE(file.has_value());
    return *std::move(file);
  }

  void begin(loop::unique_fd file, size_t most = 1000) {
    log = std::make_shared<spdlog::logger>(
        "log", std::make_shared<spdlog::sinks::ostream_sink_mt>(text));
    log->set_pattern("%l %v");
    spans.emplace(std::move(file), span_origin{"alpha", "1.0"}, log, most);
  }

  void record(uint64_t first, uint64_t count) {
    for (auto id = first; id < first + count; ++id)
      spans->record(make(id));
  }

  std::vector<std::string> lines(const char* name) const {
    std::ifstream in{path_of(name)};
    std::vector<std::string> all;
    for (std::string line; std::getline(in, line);)
      all.push_back(line);
    return all;
  }

  size_t count_in_log(const std::string& part) const {
    size_t n = 0;
    auto all = text.str();
    for (auto at = all.find(part); at != all.npos; at = all.find(part, at + 1))
      ++n;
    return n;
  }

  test::temporary_folder folder;
  std::ostringstream text;
  std::shared_ptr<spdlog::logger> log;
  std::optional<span_file> spans;
};

} // namespace files_of_spans

BOOST_FIXTURE_TEST_SUITE(files_of_spans, a_folder)

BOOST_AUTO_TEST_CASE(each_span_is_a_line_in_their_order) {
  begin(open("f"));
  record(1, 500);
  spans.reset(); // what is left is written
  auto all = lines("f");
  BOOST_TEST_REQUIRE(all.size() == 500u);
  for (size_t i = 0; i < all.size(); ++i) {
    BOOST_REQUIRE(json_text::is_valid(all[i]));
    BOOST_REQUIRE(all[i].find("\"spanId\":\"" + to_span_id(i + 1)) != std::string::npos);
  }
  BOOST_TEST(text.str() == "");
}

BOOST_AUTO_TEST_CASE(after_another_file_took_its_place_lines_go_there) {
  begin(open("f"));
  record(1, 10);
  spans->replace(open("g"));
  record(11, 10);
  spans.reset();
  auto all = lines("f");
  auto rest = lines("g");
  BOOST_TEST(rest.size() >= 10u); // what was not written yet goes along
  all.insert(all.end(), rest.begin(), rest.end());
  BOOST_TEST(all.size() == 20u);
}

BOOST_AUTO_TEST_CASE(a_full_disk_is_told_once_and_all_that_is_lost_is_counted) {
  begin(loop::unique_fd{::open("/dev/full", O_WRONLY | O_CLOEXEC)});
  for (uint64_t round = 1; round <= 3; ++round) {
    record(1, 10);
    BOOST_TEST(eventually([&] { return spans->lost() == 10 * round; }));
  }
  spans->replace(open("f"));
  record(1, 1);
  BOOST_TEST(eventually([&] { return lines("f").size() == 1; }));
  spans.reset();
  BOOST_TEST(count_in_log("warning trace.file: spans are lost: No space left") == 1u,
             text.str());
  BOOST_TEST(count_in_log("info trace.file: spans are written again; 30 spans lost")
                 == 1u,
             text.str());
}

BOOST_AUTO_TEST_CASE(what_there_is_no_room_for_is_lost_and_counted) {
  begin(open("f"), 0);
  record(1, 7);
  BOOST_TEST(spans->lost() == 7u);
  auto sources = std::make_shared<metrics_sources>();
  auto counting = serve::add_span_source(
      *sources, std::shared_ptr<const span_file>{std::shared_ptr<void>{}, &*spans});
  metrics_snapshot_ptr told;
  std::get<metrics_question>(sources->get().at(0).ask)(
      [&](metrics_snapshot_ptr s) { told = std::move(s); });
  BOOST_TEST(testing::told_metrics(told)["troupe_spans_lost_total"] == 7);
  spans.reset();
  BOOST_TEST(lines("f").empty());
}

BOOST_AUTO_TEST_SUITE_END()
