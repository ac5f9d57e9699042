#include "protocol/config/load.hpp"
#include "tests/protocol/config/support.hpp"

using namespace troupe;
using namespace troupe::config;

namespace extensions_of_the_node {

/// A behaviour with one option, `n`, which must be there.
option_mistakes want_n(const boost::json::object& options) {
  option_mistakes all;
  for (auto& member : options)
    if (member.key() != "n")
      all.emplace_back(std::string{member.key()}, "unknown key");
  if (!options.contains("n"))
    all.emplace_back("n", "is missing");
  return all;
}

result<file, mistake_list> read(std::string_view text) {
  auto workers = test::known_workers();
  known_kinds known{workers};
  known.followers.emplace("hook", want_n);
  known.followers.emplace("tell", [](auto&) { return option_mistakes{}; });
  known.operations = [] { return behaviour_table{{"sum", want_n}}; };
  known.is_operation = [](std::string_view name) { return name == "status"; };
  return parse(text, test::path, known);
}

/// Returns the one mistake of `text`, without the path of the file.
std::string mistake(std::string_view text) {
  auto r = read(text);
  if (r || r.error().size() != 1)
    return "there is not one mistake, but " + std::to_string(r ? 0 : r.error().size());
  return to_string(r.error().front()).substr(test::path.size() + 1);
}

} // namespace extensions_of_the_node

BOOST_AUTO_TEST_SUITE(extensions_of_the_node)

BOOST_AUTO_TEST_CASE(a_follower_has_a_behaviour_events_and_options) {
  auto r = read(R"([follower.alerts]
behaviour = "hook"
events = ["worker_exited", "breaker_opened"]
batch = 5
queue_limit = 7
queue_bytes = "64KiB"
options = { n = 1 }
[follower.b]
behaviour = "tell"
events = ["node_up"]
)");
  BOOST_TEST_REQUIRE(r.has_value());
  BOOST_TEST_REQUIRE(r->followers.size() == 2u);
  auto& f = r->followers[0];
  BOOST_TEST(f.name == "alerts");
  BOOST_TEST(f.behaviour == "hook");
  BOOST_TEST((f.events == std::vector<std::string>{"worker_exited", "breaker_opened"}));
  BOOST_TEST(f.batch == 5u);
  BOOST_TEST(f.queue_limit == 7u);
  BOOST_TEST(f.queue_bytes == 65'536u);
  BOOST_TEST((f.options == boost::json::object{{"n", 1}}));
  BOOST_TEST(f.folder == "/no/such/folder");
  BOOST_TEST(r->followers[1].batch == 100u);
  BOOST_TEST(r->followers[1].options.empty());
}

BOOST_AUTO_TEST_CASE(a_kind_of_event_that_there_is_not_is_refused_with_those_there_are) {
  auto with = [](const std::string& events) {
    return mistake("[follower.a]\nbehaviour = \"tell\"\n" + events);
  };
  auto wrong = with("events = [\"worker_exit\"]");
  BOOST_TEST(wrong.starts_with("3: follower.a.events: kinds: no event is of the kind "
                               "\"worker_exit\"; the kinds are agent_"),
             wrong);
  BOOST_TEST(wrong.find("worker_exited") != wrong.npos);
  BOOST_TEST(with("").starts_with("1: follower.a.events: is missing: "));
  BOOST_TEST(with("events = []")
             == "3: follower.a.events: expected an array of at least one kind of event");
  BOOST_TEST(with("events = [\"gap\"]")
             == "3: follower.a.events: a gap is told of anyway: leave it out");
}

BOOST_AUTO_TEST_CASE(the_behaviour_checks_its_options_where_they_stand) {
  constexpr std::string_view head = "[follower.a]\nevents = [\"node_up\"]\n";
  auto with = [head](const std::string& keys) {
    return mistake(std::string{head} + keys);
  };
  BOOST_TEST(with("behaviour = \"hook\"") == "1: follower.a.options.n: is missing");
  BOOST_TEST(with("behaviour = \"hook\"\n[follower.a.options]\nn = 1\nm = 2")
             == "6: follower.a.options.m: unknown key");
  BOOST_TEST(with("behaviour = \"hock\"")
             == "3: follower.a.behaviour: expected one of hook, tell, not \"hock\"");
  BOOST_TEST(with("behaviour = \"tell\"\noptions = 1")
             == "4: follower.a.options: expected a table, not an integer");
  BOOST_TEST(with("")
             == "1: follower.a.behaviour: is missing: expected one of hook, tell");
  BOOST_TEST(with("behaviour = \"tell\"\nbath = 1")
             == "4: follower.a.bath: unknown key; did you mean \"batch\"?");
}

BOOST_AUTO_TEST_CASE(an_operation_has_a_name_that_the_node_does_not_use) {
  auto r = read("[operation.add]\nbehaviour = \"sum\"\ntimeout = \"1s\"\noptions.n = 1");
  BOOST_TEST_REQUIRE(r.has_value());
  BOOST_TEST_REQUIRE(r->operations.size() == 1u);
  auto& o = r->operations[0];
  BOOST_TEST(o.name == "add");
  BOOST_TEST(o.behaviour == "sum");
  BOOST_TEST((o.timeout == std::chrono::seconds{1}));
  BOOST_TEST((o.options == boost::json::object{{"n", 1}}));
  BOOST_TEST(mistake("[operation.status]\nbehaviour = \"sum\"\noptions.n = 1")
             == "2: operation.status.behaviour: the node has an operation status already:"
                " choose another name");
  BOOST_TEST(
      mistake("[operation]\n\"a b\" = { behaviour = \"sum\", options.n = 1 }")
      == "2: operation.\"a b\": the name of an operation is a letter and then up to"
         " 62 letters, digits, _ or -");
}

BOOST_AUTO_TEST_SUITE_END()
