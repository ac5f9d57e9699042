#include "tests/protocol/config/support.hpp"

#include "protocol/base/address.hpp"

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <unistd.h>

using namespace std::chrono_literals;
using namespace troupe::config;
using test::check_mistake;
using test::good;
using test::known_workers;
using test::mistakes;
using test::with_pool;

namespace configuration_files {

using strings = std::vector<std::string>;

constexpr auto each = boost::test_tools::per_element();

/// A folder of this test alone.
struct temporary_folder {
  std::filesystem::path path;

  temporary_folder() {
    auto name = (std::filesystem::temp_directory_path() / "troupe-XXXXXX").string();
    if (!mkdtemp(name.data()))
      BOOST_FAIL(std::strerror(errno));
    path = std::filesystem::canonical(name);
  }
  ~temporary_folder() {
    std::error_code ec;
    std::filesystem::remove_all(path, ec);
  }
};

strings names(const file& f) {
  strings result;
  for (auto& p : f.pools)
    result.push_back(p.name);
  return result;
}

} // namespace configuration_files

BOOST_AUTO_TEST_SUITE(configuration_files)

BOOST_AUTO_TEST_CASE(an_empty_file_has_every_default_and_a_valid_node_name) {
  auto f = good("");
  BOOST_TEST(troupe::is_valid_name(f.node.name), f.node.name);
  BOOST_TEST(f.node.state_dir == ".troupe");
  BOOST_TEST((f.node.log.level == log_level::info));
  BOOST_TEST((f.node.log.format == log_format::text));
  BOOST_TEST(f.node.loops == 0u);
  BOOST_TEST((f.node.spin == 160us));
  BOOST_TEST(!f.node.allow_no_pools);
  BOOST_TEST(f.http.listen == "127.0.0.1:7717");
  BOOST_TEST(f.http.api_key == "");
  BOOST_TEST(f.http.dashboard);
  BOOST_TEST(f.http.allow_origins.empty());
  BOOST_TEST(f.socket.path == "troupe.sock");
  BOOST_TEST(f.pools.empty());
}

BOOST_AUTO_TEST_CASE(node_http_and_socket_are_read) {
  auto f = good(R"(
    [node]
    name = "alpha"
    state_dir = "/var/lib/troupe"
    log = { level = "debug", format = "json", file = "log/node.log" }
    loops = 4
    spin = "50us"
    [http]
    listen = "0.0.0.0:80"
    api_key = "s3cret!"
    view_key = "l00k!"
    allow_origins = ["https://Troupe.example"]
    dashboard = false
    [socket]
    path = "s"
  )");
  BOOST_TEST(f.node.name == "alpha");
  BOOST_TEST(f.node.state_dir == "/var/lib/troupe");
  BOOST_TEST((f.node.log.level == log_level::debug));
  BOOST_TEST((f.node.log.format == log_format::json));
  BOOST_TEST(f.node.log.file == "log/node.log");
  BOOST_TEST(f.node.loops == 4u);
  BOOST_TEST((f.node.spin == 50us));
  BOOST_TEST(f.http.listen == "0.0.0.0:80");
  BOOST_TEST(f.http.api_key == "s3cret!");
  BOOST_TEST(f.http.view_key == "l00k!");
  BOOST_TEST(f.http.allow_origins == std::vector<std::string>{"https://troupe.example"});
  BOOST_TEST(!f.http.dashboard);
  BOOST_TEST(f.socket.path == "s");
}

BOOST_AUTO_TEST_CASE(http_can_be_off) {
  BOOST_TEST(good("[http]\nlisten = \"off\"").http.listen == "");
}

BOOST_AUTO_TEST_CASE(a_public_address_needs_a_key_of_its_own) {
  check_mistake("[http]\nlisten = \"0.0.0.0:80\"",
                "2: http.listen: an address that is not");
  check_mistake("[http]\nlisten = \"[::]:80\"", "2: http.listen: an address that is not");
  check_mistake("[http]\nlisten = \"example.org:80\"", "2: http.listen: an address");
  for (auto own : {"127.0.0.1:0", "127.9.9.9:80", "[::1]:80", "localhost:80"})
    BOOST_TEST(good("[http]\nlisten = \"" + std::string{own} + '"').http.listen == own);
  good("", {"http.listen=0.0.0.0:80", "http.api_key=k"});
}

BOOST_AUTO_TEST_CASE(what_a_service_manager_has_prepared_holds_if_the_file_says_nothing) {
  const service_defaults prepared{"/var/lib/n", "/run/n/s", true};
  auto read = [&](const char* text) {
    auto r = parse(text, test::path, test::known_workers(), {}, prepared);
    BOOST_TEST_REQUIRE(r.has_value());
    return *r;
  };
  auto f = read("[http]\nlisten = \"0.0.0.0:80\"");
  BOOST_TEST(f.node.state_dir == "/var/lib/n");
  BOOST_TEST(f.socket.path == "/run/n/s");
  f = read("[node]\nstate_dir = \"s\"\n[socket]\npath = \"p\"");
  BOOST_TEST(f.node.state_dir == "s");
  BOOST_TEST(f.socket.path == "p");
}

BOOST_AUTO_TEST_CASE(a_file_may_say_that_it_is_meant_to_have_no_pools) {
  BOOST_TEST(good("[node]\nallow_no_pools = true").node.allow_no_pools);
  check_mistake("[node]\nallow_no_pools = \"yes\"", "2: node.allow_no_pools: ");
}

BOOST_AUTO_TEST_CASE(what_can_be_read_only_once_is_not_loaded_again) {
  for (auto path : {"/dev/null", "/"}) {
    auto read = load_again(path, known_workers());
    BOOST_REQUIRE(!read);
    BOOST_TEST(read.error()[0].message.find("no regular file") != std::string::npos);
  }
  auto missing = load_again("/no/such/file", known_workers());
  BOOST_REQUIRE(!missing);
  BOOST_TEST(missing.error()[0].message.find("No such file") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(wrong_values_of_node_http_and_socket_are_named) {
  check_mistake("[node]\nname = \"1a\"", "2: node.name: ");
  check_mistake("[node]\nname = \"\"", "2: node.name: ");
  check_mistake("[node]\nstate_dir = \"\"", "2: node.state_dir: ");
  check_mistake("[node]\nlog = \"info\"", "2: node.log: expected a table, not a string");
  check_mistake("[node]\nlog = { level = \"loud\" }", "2: node.log.level: ");
  check_mistake("[node.log]\n\nformat = \"xml\"", "3: node.log.format: ");
  check_mistake("[node]\nlog = { file = \"\" }", "2: node.log.file: ");
  check_mistake("[node]\nloops = 65", "2: node.loops: ");
  check_mistake("[node]\nloops = 2\n[pool.a]\ncommand = [\"x\"]\nloops = 3",
                "5: pool.a.loops: expected at most 2, since the node has 2 loops");
  BOOST_TEST(
      mistakes(
          "[node]\nname = \"small\"\nloops = 2\n[cluster]\nlisten = \"127.0.0.1:1\"\n"
          "[pool.a]\ncommand = [\"x\"]\nloops = 3\non = [\"big\"]")
          .empty());
  check_mistake("[node]\nspin = \"1001us\"", "2: node.spin: ");
  check_mistake("[http]\nlisten = \"7717\"", "2: http.listen: ");
  check_mistake("[http]\nlisten = 7717",
                "2: http.listen: expected a string, not an integer");
  check_mistake("[http]\napi_key = \"\"", "2: http.api_key: ");
  check_mistake("[http]\nview_key = \"a b\"", "2: http.view_key: ");
  check_mistake("[http]\nallow_origins = [\"a.example\"]",
                "2: http.allow_origins: expected origins such as");
  check_mistake("[http]\ndashboard = \"off\"", "2: http.dashboard: ");
  check_mistake("[http]\napi_key = \"k\"\nview_key = \"k\"",
                "3: http.view_key: expected another key than api_key");
  check_mistake("[http]\napi_key = \"a b\"", "2: http.api_key: ");
  check_mistake("[http]\napi_key = \"\xC3\xA9\"", "2: http.api_key: ");
  check_mistake("[socket]\npath = \"\"", "2: socket.path: ");
  check_mistake("node = 1", "1: node: expected a table, not an integer");
  check_mistake("[[pool]]\ncommand = [\"x\"]", "1: pool: expected a table, not an array");
}

BOOST_AUTO_TEST_CASE(every_mistake_is_reported_at_once_in_the_order_of_the_lines) {
  auto found = mistakes(R"(colour = 1
[pool.zebra]
command = []
windows = 3
[pool.ant]
size = 0
[node]
name = "-"
)");
  strings starts = {"1: colour: unknown key",
                    "3: pool.zebra.command: ",
                    "4: pool.zebra.windows: unknown key; did you mean \"window\"?",
                    "5: pool.ant.command: is missing",
                    "6: pool.ant.size: ",
                    "8: node.name: "};
  BOOST_TEST_REQUIRE(found.size() == starts.size());
  for (size_t i = 0; i < starts.size(); ++i)
    BOOST_TEST(found[i].starts_with(starts[i]), found[i]);
}

BOOST_AUTO_TEST_CASE(an_unknown_key_is_named_with_the_nearest_known_one) {
  check_mistake("[nod]", "1: nod: unknown key; did you mean \"node\"?");
  check_mistake("[node]\nnmae = \"a\"",
                "2: node.nmae: unknown key; did you mean \"name\"?");
  check_mistake("[node]\nlog = { levle = 1 }",
                "2: node.log.levle: unknown key; did you mean"
                " \"level\"?");
  BOOST_TEST(mistakes("[http]\ncertificate = 1")
                 == strings{"2: http.certificate: unknown key"},
             each);
  BOOST_TEST(mistakes("\"x.yz.q\" = 1") == strings{"1: \"x.yz.q\": unknown key"}, each);
}

BOOST_AUTO_TEST_CASE(a_syntax_error_is_one_mistake_with_its_line) {
  check_mistake("[node]\nname = \n", "2: TOML: ");
  check_mistake("[node]\n[http]\n[node]\n", "3: TOML: ");
  check_mistake("[node]\nname = \"a\"\nname = \"b\"\n", "3: TOML: ");
}

BOOST_AUTO_TEST_CASE(pools_are_in_the_order_of_the_file) {
  auto f = good(R"(
    [pool.z]
    command = ["x"]
    [pool.a.restart]
    delay = "1s"
    [pool.m]
    command = ["x"]
    [pool.a]
    command = ["x"]
  )");
  BOOST_TEST(names(f) == (strings{"z", "a", "m"}), each);
  f = good(R"(pool = { b = { command = ["x"] }, a = { command = ["x"] } })");
  BOOST_TEST(names(f) == (strings{"b", "a"}), each);
}

BOOST_AUTO_TEST_CASE(overrides_take_precedence_and_may_make_pools) {
  auto f =
      good(with_pool("size = 2"),
           {"pool.p.size=4", "node.name=beta", "pool.z.command=[\"y\", \"=\"]",
            "pool.a.command=[\"y\"]", "pool.p.restart={ policy = \"never\" }",
            "pool.p.env.A=b=c", "node.state_dir=\"x y\"", "http.listen=127.0.0.1:0"});
  BOOST_TEST(names(f) == (strings{"p", "z", "a"}), each);
  BOOST_TEST(f.pools[0].size == 4u);
  BOOST_TEST((f.pools[0].restart.policy == restart_policy::never));
  BOOST_TEST(f.pools[0].env.at("A") == "b=c");
  BOOST_TEST(f.pools[1].command == (strings{"y", "="}), each);
  BOOST_TEST(f.node.name == "beta");
  BOOST_TEST(f.node.state_dir == "x y");
  BOOST_TEST(f.http.listen == "127.0.0.1:0");
}

BOOST_AUTO_TEST_CASE(of_two_overrides_of_a_key_the_last_counts) {
  BOOST_TEST(good("", {"node.name=a", "node.name=b"}).node.name == "b");
}

BOOST_AUTO_TEST_CASE(an_override_is_checked_like_the_file) {
  check_mistake(with_pool(""), "--set: pool.p.size: expected a whole number",
                {"pool.p.size=x"});
  check_mistake(with_pool(""), "--set: pool.p.siz: unknown key", {"pool.p.siz=1"});
  check_mistake("", "--set: pool.q.command: is missing", {"pool.q.size=1"});
  check_mistake("[node]\nloops = 99", "--set: node.loops: ", {"node.loops=98"});
  BOOST_TEST(mistakes("[node]\nloops = 99", {"node.loops=1"}).empty());
}

BOOST_AUTO_TEST_CASE(a_malformed_override_is_a_mistake) {
  check_mistake("", "--set: expected key=value, not \"node.name\"", {"node.name"});
  for (auto bad : {"=1", ".=1", "a..b=1", "[node]=1", "a b=1", "a\nb=1"})
    check_mistake("", "--set: expected a dotted key", {bad});
  check_mistake(with_pool("size = 1"), "--set: a part of the key", {"pool.p.size.max=1"});
}

BOOST_AUTO_TEST_CASE(a_value_cannot_smuggle_a_second_key_into_an_override) {
  BOOST_TEST(good("", {"node.state_dir=1\nloops=2"}).node.state_dir == "1\nloops=2");
}

BOOST_AUTO_TEST_CASE(mistakes_of_the_file_come_before_those_of_the_command_line) {
  auto found = mistakes("[node]\nloops = 99\n", {"node.name=1", "http.listen=x"});
  BOOST_TEST_REQUIRE(found.size() == 3u);
  BOOST_TEST(found[0].starts_with("2: node.loops"));
  BOOST_TEST(found[1].starts_with("--set: node.name"));
  BOOST_TEST(found[2].starts_with("--set: http.listen"));
}

BOOST_AUTO_TEST_CASE(a_mistake_is_spelled_with_all_it_knows) {
  BOOST_TEST(to_string(mistake{"f.toml", 3, "a.b", "is wrong"})
             == "f.toml:3: a.b: is wrong");
  BOOST_TEST(to_string(mistake{"f.toml", 3, "", "is wrong"}) == "f.toml:3: is wrong");
  BOOST_TEST(to_string(mistake{"--set", 0, "a", "is wrong"}) == "--set: a: is wrong");
}

BOOST_AUTO_TEST_CASE(a_file_is_loaded_and_its_folder_is_the_default_cwd) {
  temporary_folder folder;
  auto path = folder.path / "node.toml";
  std::ofstream{path}
      << "[pool.a]\ncommand=[\"x\"]\n[pool.b]\ncommand=[\"x\"]\ncwd=\"w/../v\"\n";
  auto read = load(path, known_workers());
  BOOST_TEST_REQUIRE(read.has_value());
  auto& f = *read;
  BOOST_TEST(f.pools.at(0).cwd == folder.path);
  BOOST_TEST(f.pools.at(1).cwd == folder.path / "v");
}

BOOST_AUTO_TEST_CASE(a_file_that_cannot_be_read_is_one_mistake_with_the_reason) {
  temporary_folder folder;
  auto check = [](const std::filesystem::path& path, int reason) {
    auto read = load(path, known_workers());
    BOOST_TEST_REQUIRE(!read);
    BOOST_TEST_REQUIRE(read.error().size() == 1u);
    BOOST_TEST(to_string(read.error().front())
               == path.string() + ": cannot be read: " + std::strerror(reason));
  };
  check(folder.path / "none.toml", ENOENT);
  check(folder.path, EISDIR);
}

BOOST_AUTO_TEST_CASE(a_key_of_very_many_parts_is_a_mistake_and_not_the_end) {
  std::string many;
  for (int i = 0; i < 100'000; ++i)
    many += ".a";
  strings expected{"3: a key has at most 16 parts"};
  for (auto& text : {"[x" + many + "]", "x" + many + " = 1", "x = { a" + many + " = 1 }",
                     "'x'" + many + ".\"b\" = 1"})
    BOOST_TEST(mistakes("[node]\n#" + many + "\n" + text) == expected, each);
  BOOST_TEST(mistakes("", {"x" + many + "=1"}).size() == 1u);
  BOOST_TEST(mistakes("[node.a.b.c.d.e.f.g.h.i.j.k.l.m.n.o]\n").size() == 1u);
}

BOOST_AUTO_TEST_CASE(dots_that_are_in_no_key_are_not_counted) {
  auto dots = std::string(50, '.');
  for (auto& text : {'"' + dots + '"', '\'' + dots + '\'', "\"\"\"" + dots + "\"\n\"\"\"",
                     "\"\\\"" + dots + '"', "'''" + dots + "\n'''"})
    BOOST_TEST(good("[pool.p]\ncommand = [" + text + "]\n").pools.at(0).command.size()
               == 1u);
  auto f = good("[pool.p]\ncommand = [\"" + dots + "\", '" + dots + "'] # " + dots);
  BOOST_TEST(f.pools.at(0).command.size() == 2u);
}

BOOST_AUTO_TEST_CASE(a_file_without_an_end_is_not_read_for_ever) {
  BOOST_TEST(!load("/dev/zero", known_workers()));
}

BOOST_AUTO_TEST_SUITE_END()
