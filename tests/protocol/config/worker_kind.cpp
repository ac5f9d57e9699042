#include "protocol/config/worker_kind.hpp"

#include "protocol/config/reader.hpp"
#include "tests/protocol/config/support.hpp"

using namespace troupe::config;

namespace worker_kinds_of_pools {

/// A kind that does without a program, and has a table of its own.
worker_kind mirrors() {
  worker_kind k;
  k.traits.kind = "mirror";
  k.traits.runs_program = false;
  k.refuses = {{"command", "a mirror is no program"},
               {"recycle.jobs", "a mirror does not wear out"}};
  k.own_keys = {"glass"};
  k.read_own = [](section& s, pool& p) {
    s.table("glass").whole("panes", p.window, 1u, 4u);
  };
  k.settle = [](pool& p) { p.ready = ready_mode::spawn; };
  return k;
}

/// Those that come with Troupe, and mirrors.
worker_kinds with_mirrors() {
  auto all = test::known_workers();
  all.add(mirrors());
  return all;
}

std::vector<std::string> mistakes_of(const std::string& lines) {
  auto read = parse("[pool.p]\n" + lines, "f", with_mirrors());
  std::vector<std::string> all;
  if (!read)
    for (auto& m : read.error())
      all.push_back(to_string(m));
  return all;
}

} // namespace worker_kinds_of_pools

BOOST_AUTO_TEST_SUITE(worker_kinds_of_pools)

BOOST_AUTO_TEST_CASE(a_protocol_names_the_kind_that_speaks_it_or_is_called_so) {
  auto all = with_mirrors();
  for (auto wire : {"json-lines", "goridge", "folk", "session", "jsonrpc"})
    BOOST_TEST(all.find(wire)->traits.kind == "process");
  BOOST_TEST(all.find("terminal")->traits.has_terminal);
  BOOST_TEST(!all.find("mirror")->traits.runs_program);
  BOOST_TEST(!all.find("process"));
  BOOST_TEST(!all.find(""));
  BOOST_TEST(all.names()
             == "json-lines, goridge, folk, session, jsonrpc, terminal, mirror");
}

BOOST_AUTO_TEST_CASE(what_only_looks_at_a_terminal_is_told_apart) {
  auto all = with_mirrors();
  BOOST_TEST(!all.find("json-lines")->traits.is_look);
  auto is_look = all.find("terminal")->traits.is_look;
  BOOST_TEST_REQUIRE(is_look);
  for (auto kind : {"info", "pending", "snapshot", "usage", "mode"})
    BOOST_TEST(is_look(kind, "null"), kind);
  BOOST_TEST(!is_look("mode", R"({"mode":"auto_inject"})"));
  for (auto kind : {"flush", "input", "model", "resize", "send", "subscribe"})
    BOOST_TEST(!is_look(kind, "null"), kind);
}

BOOST_AUTO_TEST_CASE(one_of_the_same_name_is_replaced) {
  auto all = with_mirrors();
  auto other = mirrors();
  other.traits.takes_sessions = false;
  all.add(other);
  BOOST_TEST(all.all().size() == 3u);
  BOOST_TEST(!all.find("mirror")->traits.takes_sessions);
}

BOOST_AUTO_TEST_CASE(a_new_kind_has_keys_of_its_own_and_does_without_a_command) {
  auto read = parse("[pool.p]\nprotocol = \"mirror\"\nglass = { panes = 3 }", "f",
                    with_mirrors());
  BOOST_TEST_REQUIRE(read.has_value());
  auto& p = read->pools.at(0);
  BOOST_TEST(p.workers.kind == "mirror");
  BOOST_TEST(p.command.empty());
  BOOST_TEST(p.window == 3u);
  BOOST_TEST((p.ready == ready_mode::spawn));
}

BOOST_AUTO_TEST_CASE(what_a_kind_has_no_use_for_is_refused_in_its_own_words) {
  using lines = std::vector<std::string>;
  BOOST_TEST((mistakes_of("protocol = \"mirror\"\ncommand = [\"x\"]\ninherit_env = true")
              == lines{"f:3: pool.p.command: a mirror is no program",
                       "f:4: pool.p.inherit_env: a mirror is no program"}));
  BOOST_TEST((mistakes_of("protocol = \"mirror\"\nrecycle = { jobs = 2 }")
              == lines{"f:3: pool.p.recycle.jobs: a mirror does not wear out"}));
  BOOST_TEST(mistakes_of("protocol = \"mirror\"\nrecycle = { jobs = 0 }").empty());
  BOOST_TEST((mistakes_of("protocol = \"mirror\"\nglass = { size = 2 }").size() == 1u));
}

BOOST_AUTO_TEST_CASE(the_keys_of_a_kind_are_for_its_pools_alone) {
  for (auto protocol : {"json-lines", "terminal", "jsonlines"}) {
    auto all = mistakes_of("command = [\"x\"]\nglass = {}\nprotocol = \""
                           + std::string{protocol} + '"');
    BOOST_TEST_REQUIRE(!all.empty());
    BOOST_TEST(all[0] == "f:3: pool.p.glass: is for pools with protocol = \"mirror\"");
  }
}

BOOST_AUTO_TEST_CASE(an_unknown_protocol_is_read_on_as_that_of_a_process) {
  auto all = mistakes_of("protocol = \"mirrors\"");
  BOOST_TEST_REQUIRE(all.size() == 2u);
  BOOST_TEST(all[0].starts_with("f:1: pool.p.command: is missing"));
  BOOST_TEST(all[1]
             == "f:2: pool.p.protocol: expected one of json-lines, goridge, folk, "
                "session, jsonrpc, terminal, mirror, not \"mirrors\"");
}

BOOST_AUTO_TEST_SUITE_END()
