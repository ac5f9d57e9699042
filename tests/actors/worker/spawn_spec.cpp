#include "actors/worker/spawn_spec.hpp"

#include "actors/os/preload_order.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <pwd.h>
#include <unistd.h>

#include <cstdlib>
#include <map>
#include <optional>

using namespace troupe;
using namespace troupe::worker;
using namespace troupe::os;
using namespace std::chrono_literals;

namespace spawn_specs {

using strings = std::vector<std::string>;

struct fixture {
  pool_context pool;
  std::map<std::string, std::optional<std::string>> before;

  fixture() {
    pool.config.name = "echo";
    pool.config.command = {"program"};
    pool.known.wires = std::make_shared<const troupe::wires::wire_registry>(
        troupe::wires::built_in_wires());
    pool.node.state_dir = "/state";
    pool.node.socket = "/state/s.sock";
  }
  ~fixture() {
    for (auto& [name, value] : before)
      value ? ::setenv(name.c_str(), value->c_str(), 1) : ::unsetenv(name.c_str());
  }

  /// Sets a variable of this process until the end of the test.
  void set(const std::string& name, const std::string& value) {
    auto old = std::getenv(name.c_str());
    before.emplace(name, old ? std::optional<std::string>{old} : std::nullopt);
    ::setenv(name.c_str(), value.c_str(), 1);
  }

  /// Returns how the child of worker 2 gets the variable.
  std::optional<std::string> get(const std::string& name) const {
    for (auto& text : make_spawn_spec(pool, 2).env)
      if (text.starts_with(name + "="))
        return text.substr(name.size() + 1);
    return std::nullopt;
  }
};

} // namespace spawn_specs

BOOST_FIXTURE_TEST_SUITE(spawn_specs, fixture)

BOOST_AUTO_TEST_CASE(placeholders_in_the_command_are_filled_in) {
  pool.config.command = {"{pool}", "--name={worker}", "{socket}{state_dir}"};
  BOOST_TEST(make_spawn_spec(pool, 2).argv
                 == (strings{"echo", "--name=echo.2", "/state/s.sock/state"}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(one_that_dials_in_is_told_where_when_the_node_listens) {
  pool.config.command = {"program", "{socket}"};
  pool.config.transport = config::transport::unix_socket;
  auto spec = make_spawn_spec(pool, 2, incarnation_id{7});
  BOOST_TEST((spec.talks == channel::unix_socket));
  BOOST_TEST(spec.socket_path == "/state/workers/echo.2-7.sock");
  BOOST_TEST(spec.argv[1] == "{socket}");
  BOOST_TEST(get("TROUPE_SOCKET").value_or("-") == "{socket}");
  pool.config.transport = config::transport::tcp;
  BOOST_TEST((make_spawn_spec(pool, 2).talks == channel::tcp));
  BOOST_TEST(get("TROUPE_SOCKET").value_or("-") == "{socket}");
}

BOOST_AUTO_TEST_CASE(one_that_serves_its_socket_is_told_where_when_it_is_started) {
  pool.config.protocol = "session";
  auto spec = make_spawn_spec(pool, 2, incarnation_id{7});
  BOOST_TEST((spec.talks == channel::served));
  BOOST_TEST(spec.socket_path == "/state/workers/echo.2-7.sock");
  BOOST_TEST(get("TROUPE_SOCKET").value_or("-") == "{socket}");
  BOOST_TEST(!spec.outlives());
  // Another user's process needs a folder to make it in.
  pool.config.user = "nobody";
  find_account(pool);
  spec = make_spawn_spec(pool, 2, incarnation_id{7});
  BOOST_TEST(spec.socket_path
             == "/state/workers/u" + std::to_string(spec.as->user) + "/echo.2-7.sock");
}

BOOST_AUTO_TEST_CASE(
    one_that_may_outlive_the_node_has_a_log_and_meets_no_other_of_its_name) {
  pool.config.transport = config::transport::unix_socket;
  pool.config.survive = true;
  auto first = make_spawn_spec(pool, 2, incarnation_id{7});
  auto second =
      make_spawn_spec(pool, 2, incarnation_id{7}); // as after a restart of the node
  BOOST_TEST(first.outlives());
  BOOST_TEST(first.log_path.parent_path() == "/state/workers");
  BOOST_TEST(first.log_path.string().starts_with("/state/workers/echo.2-7-"));
  BOOST_TEST(first.log_path.extension() == ".log");
  BOOST_TEST(first.socket_path.stem() == first.log_path.stem());
  BOOST_TEST(first.log_path != second.log_path);
}

BOOST_AUTO_TEST_CASE(one_on_pipes_gets_no_socket_of_its_own) {
  BOOST_TEST((make_spawn_spec(pool, 0).talks == channel::stdio));
  BOOST_TEST(!get("TROUPE_SOCKET").has_value());
}

BOOST_AUTO_TEST_CASE(braces_that_are_no_placeholder_stay) {
  pool.config.command = {"{", "{}", "{unknown}", "{\"a\":{pool}}", "a}b", "{{pool}}"};
  BOOST_TEST(make_spawn_spec(pool, 0).argv
                 == (strings{"{", "{}", "{unknown}", "{\"a\":echo}", "a}b", "{echo}"}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_child_gets_the_allowed_variables_and_no_others) {
  set("LC_SOMETHING", "de");
  set("TZ", "UTC");
  set("TROUPE_TEST_OTHER", "1");
  BOOST_TEST(get("LC_SOMETHING").value_or("-") == "de");
  BOOST_TEST(get("TZ").value_or("-") == "UTC");
  BOOST_TEST(!get("TROUPE_TEST_OTHER").has_value());
}

BOOST_AUTO_TEST_CASE(a_child_may_inherit_everything_but_the_nodes_secrets) {
  pool.config.inherit_env = true;
  set("TROUPE_TEST_OTHER", "1=2");
  set("TROUPE_API_KEY", "secret");
  for (auto name :
       {"NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID", "CREDENTIALS_DIRECTORY"})
    set(name, "x");
  BOOST_TEST(get("TROUPE_TEST_OTHER").value_or("-") == "1=2");
  BOOST_TEST(!get("TROUPE_API_KEY").has_value());
  for (auto name :
       {"NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID", "CREDENTIALS_DIRECTORY"})
    BOOST_TEST(!get(name).has_value(), name);
}

BOOST_AUTO_TEST_CASE(the_pools_own_variables_win_and_may_hold_placeholders) {
  set("TZ", "UTC");
  pool.config.env = {{"TZ", "CET"}, {"WHO", "{worker}"}, {"EMPTY", ""}};
  BOOST_TEST(get("TZ").value_or("-") == "CET");
  BOOST_TEST(get("WHO").value_or("-") == "echo.2");
  BOOST_TEST(get("EMPTY").value_or("-") == "");
  auto env = make_spawn_spec(pool, 0).env;
  BOOST_TEST(
      std::count_if(env.begin(), env.end(), [](auto& v) { return v.starts_with("TZ="); })
      == 1);
}

BOOST_AUTO_TEST_CASE(limits_are_set_only_where_the_pool_has_them) {
  BOOST_TEST(make_spawn_spec(pool, 0).limits.empty());
  pool.config.limits.memory = 1000;
  pool.config.limits.cpu = 3s;
  auto limits = make_spawn_spec(pool, 0).limits;
  BOOST_REQUIRE(limits.size() == 2u);
  BOOST_TEST(limits[0].value == 1000u);
  BOOST_TEST(limits[1].value == 3u);
}

BOOST_AUTO_TEST_CASE(the_variables_that_name_a_user_are_those_of_the_pools_user) {
  for (auto name : {"HOME", "USER", "LOGNAME", "SHELL"})
    set(name, "the-nodes");
  auto own = ::getpwuid(::geteuid());
  BOOST_REQUIRE(own);
  BOOST_TEST(get("HOME").value_or("-") == "the-nodes");
  pool.config.user = own->pw_name;
  find_account(pool);
  for (auto all : {false, true}) {
    pool.config.inherit_env = all;
    BOOST_TEST(get("HOME").value_or("-") == own->pw_dir);
    BOOST_TEST(get("USER").value_or("-") == own->pw_name);
    BOOST_TEST(get("LOGNAME").value_or("-") == own->pw_name);
    BOOST_TEST(!get("SHELL").value_or("").empty());
    BOOST_TEST(get("SHELL").value_or("") != "the-nodes");
  }
  pool.config.env["HOME"] = "/mine";
  BOOST_TEST(get("HOME").value_or("-") == "/mine");
}

BOOST_AUTO_TEST_CASE(a_user_that_is_gone_is_an_obstacle_and_not_another_user) {
  pool.config.user = "no-such-user";
  find_account(pool);
  auto spec = make_spawn_spec(pool, 2);
  BOOST_TEST(spec.obstacle == "no user 'no-such-user' on this machine");
}

BOOST_AUTO_TEST_CASE(a_program_that_is_loaded_for_all_knows_nothing_of_one_worker) {
  BOOST_TEST(!make_spawn_spec(pool, 2).preload);
  pool.config.command.clear();
  pool.config.preload = {"program", "{pool}", "{state_dir}"};
  pool.config.cwd = "/somewhere";
  pool.config.boot_timeout = 7s;
  pool.config.limits.open_files = 100;
  pool.config.env = {{"NAME", "{worker}"}, {"SHARED", "{pool}"}};
  auto spec = make_spawn_spec(pool, 2);
  BOOST_TEST_REQUIRE(spec.preload);
  auto& order = *spec.preload;
  BOOST_TEST(order.name == "echo");
  BOOST_TEST((order.boot_timeout == 7s));
  BOOST_TEST(order.program.argv == (strings{"program", "echo", "/state"}),
             boost::test_tools::per_element());
  BOOST_TEST(order.program.cwd == "/somewhere");
  BOOST_TEST(order.program.limits.size() == 1u);
  auto has = [](const strings& env, const std::string& variable) {
    return std::find(env.begin(), env.end(), variable) != env.end();
  };
  BOOST_TEST(has(order.program.env, "SHARED=echo"));
  BOOST_TEST(!has(order.program.env, "NAME=echo.2"));
  BOOST_TEST(!has(order.program.env, "NAME={worker}"));
  BOOST_TEST(has(spec.env, "SHARED=echo"));
  BOOST_TEST(has(spec.env, "NAME=echo.2"));
}

BOOST_AUTO_TEST_CASE(all_workers_of_a_pool_are_forked_from_the_same_program) {
  pool.config.preload = {"program"};
  pool.config.transport = troupe::config::transport::unix_socket;
  pool.config.env = {{"WHERE", "{socket}"}};
  auto order = make_spawn_spec(pool, 2, incarnation_id{1}).preload;
  auto other = make_spawn_spec(pool, 3, incarnation_id{2}).preload;
  BOOST_TEST_REQUIRE((order && other));
  BOOST_TEST(loads_the_same(*order, *other));
  pool.config.env = {{"WHERE", "here"}};
  BOOST_TEST(!loads_the_same(*order, *make_spawn_spec(pool, 2).preload));
}

BOOST_AUTO_TEST_SUITE_END()
