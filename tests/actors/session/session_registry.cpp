#include "actors/session/session_registry.hpp"

#include "protocol/base/limits.hpp"
#include "tests/actors/session/support_registry.hpp"

#include <boost/test/unit_test.hpp>

#include <fstream>

using namespace troupe;
using namespace troupe::session;
using namespace troupe::wires;
using namespace troupe::testing;

namespace registry_of_sessions {

session_entry sample(const std::string& id) {
  session_entry s;
  s.id = id;
  s.pool = "p";
  s.worker = "p.3";
  s.state = session_state::paused;
  s.pause = session_pause::parse(R"({"queries":[{"id":"a"},{"id":"b"}]})").value();
  s.pause.accept(R"({"query_id":"a","response":"'; DROP TABLE sessions"})");
  s.queries = 5;
  s.show_queries();
  s.cause = {code::worker_error, "Ünglück", {.relayed = "\"n\":1"}};
  s.detached_as = std::make_shared<const detached_process>(
      detached_process{77, 123456789012, "/s.sock", "/s.log"});
  s.times.begun = session_entry::time_point{std::chrono::milliseconds{1'700'000'000'123}};
  s.times.used = session_entry::time_point{std::chrono::milliseconds{1'700'000'001'456}};
  return s;
}

} // namespace registry_of_sessions

BOOST_FIXTURE_TEST_SUITE(registry_of_sessions, registry_fixture)

BOOST_AUTO_TEST_CASE(a_session_comes_back_as_it_was_written) {
  auto s = sample("s-1");
  {
    auto r = open();
    BOOST_TEST(r.save(s, {"paused", "{}"}).has_value());
  }
  auto back = load();
  BOOST_REQUIRE(back.size() == 1u);
  auto& b = back[0];
  BOOST_TEST(b.answer() == s.answer());
  BOOST_TEST(b.describe(s.times.used) == s.describe(s.times.used));
  BOOST_TEST(b.pause.save() == s.pause.save());
  BOOST_TEST((b.cause == s.cause));
  BOOST_TEST((*b.detached_as == *s.detached_as));
  BOOST_TEST((b.times.begun == s.times.begun));
  BOOST_TEST((b.times.used == s.times.used));
}

BOOST_AUTO_TEST_CASE(a_session_that_is_written_again_keeps_its_history) {
  auto r = open();
  auto s = sample("s-1");
  r.save(s, {"run", "{\"code\":\"x\"}"});
  s.move(session_event::continued);
  s.detached_as = nullptr;
  r.save(s, {"continued", "7"});
  BOOST_TEST(history(r, "s-1")
             == R"([{"at":1700000001456,"event":"run","payload":{"code":"x"}},)"
                R"({"at":1700000001456,"event":"continued","payload":7}])");
  auto back = load();
  BOOST_REQUIRE(back.size() == 1u);
  BOOST_TEST((back[0].state == session_state::running));
  BOOST_TEST(!back[0].detached_as);
}

BOOST_AUTO_TEST_CASE(a_session_is_forgotten_with_its_history) {
  auto r = open();
  r.save(sample("s-1"), {"run", "1"});
  r.save(sample("s-2"), {"run", "2"});
  BOOST_TEST(r.remove("s-1").has_value());
  BOOST_TEST(history(r, "s-1") == "[]");
  BOOST_TEST(history(r, "s-2") != "[]");
  BOOST_TEST(load().size() == 1u);
}

BOOST_AUTO_TEST_CASE(a_history_has_an_end_and_loses_its_beginning_first) {
  auto r = open();
  auto s = sample("s-1");
  auto text = [](char c) {
    return '"' + std::string(limits::session_history / 3, c) + '"';
  };
  for (char c : {'a', 'b', 'c', 'd'})
    r.save(s, {"answered", text(c)});
  auto h = history(r, "s-1");
  BOOST_TEST(h.find("aaa") == std::string::npos);
  BOOST_TEST(h.find("bbb") == std::string::npos);
  BOOST_TEST(h.find("ccc") != std::string::npos);
  BOOST_TEST(h.find("ddd") != std::string::npos);
  r.save(s, {"finished", '"' + std::string(limits::session_history, 'e') + '"'});
  h = history(r, "s-1");
  BOOST_TEST(h.find("eee") == std::string::npos);
  BOOST_TEST(h.find(R"("event":"finished","payload":{"omitted":)") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_file_that_is_no_registry_is_told_and_left_alone) {
  std::ofstream{path} << std::string(1000, 'x');
  BOOST_TEST(refusal().find(path.string()) != std::string::npos);
  std::ifstream in{path};
  BOOST_TEST(in.get() == 'x');
}

BOOST_AUTO_TEST_CASE(the_registry_of_another_version_is_told_and_left_alone) {
  { auto r = open(); }
  execute("PRAGMA user_version = 9");
  BOOST_TEST(refusal().find("version 9") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_step_that_cannot_be_written_is_told_and_leaves_the_one_before) {
  auto r = open();
  auto s = sample("s-1");
  r.save(s, {"run", "1"});
  execute("CREATE TRIGGER full BEFORE INSERT ON moments BEGIN SELECT RAISE(ABORT, "
          "'disk'); END");
  s.move(session_event::continued);
  auto saved = r.save(s, {"continued", "2"});
  BOOST_REQUIRE(!saved.has_value());
  auto& why = saved.error();
  BOOST_TEST(why.message.find("disk") != std::string::npos, why.message);
  auto back = load();
  BOOST_REQUIRE(back.size() == 1u);
  BOOST_TEST((back[0].state == session_state::paused));
}

BOOST_AUTO_TEST_CASE(a_registry_that_another_process_locks_is_waited_for_once) {
  auto opened = session_registry::open(path, std::chrono::milliseconds{300});
  auto& r = opened.value();
  auto s = sample("s-1");
  BOOST_REQUIRE(r.save(s, {"run", "1"}).has_value());
  sqlite3* other = nullptr;
  BOOST_REQUIRE(::sqlite3_open(path.c_str(), &other) == SQLITE_OK);
  auto run = [&](const char* sql) {
    BOOST_REQUIRE(::sqlite3_exec(other, sql, nullptr, nullptr, nullptr) == SQLITE_OK);
  };
  run("BEGIN IMMEDIATE");
  auto saved = r.save(s, {"paused", "2"});
  BOOST_REQUIRE(!saved.has_value());
  auto& why = saved.error();
  BOOST_TEST((why.what == code::unavailable));
  BOOST_TEST(why.message.find("locked") != std::string::npos, why.message);
  auto start = std::chrono::steady_clock::now();
  for (int i = 0; i < 20; ++i)
    BOOST_TEST(!r.save(s, {"paused", "2"}).has_value());
  BOOST_TEST((std::chrono::steady_clock::now() - start < std::chrono::seconds{3}));
  run("COMMIT");
  BOOST_TEST(r.save(s, {"paused", "2"}).has_value());
  ::sqlite3_close(other);
}

BOOST_AUTO_TEST_CASE(a_registry_that_cannot_be_written_is_told_when_it_is_opened) {
  { auto r = open(); }
  sqlite3* other = nullptr;
  BOOST_REQUIRE(::sqlite3_open(path.c_str(), &other) == SQLITE_OK);
  BOOST_REQUIRE(::sqlite3_exec(other, "BEGIN IMMEDIATE", nullptr, nullptr, nullptr)
                == SQLITE_OK);
  auto opened = session_registry::open(path, std::chrono::milliseconds{1});
  BOOST_REQUIRE(!opened.has_value());
  BOOST_TEST(opened.error().find("locked") != std::string::npos);
  ::sqlite3_close(other);
}

BOOST_AUTO_TEST_SUITE_END()
