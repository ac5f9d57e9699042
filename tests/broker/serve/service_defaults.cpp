// Proves what a node takes from the environment that a service manager gives it.
#include "tests/broker/support.hpp"

#include "broker/serve/api_key.hpp"
#include "broker/serve/service_defaults.hpp"
#include "broker/serve/service_manager.hpp"

#include <unistd.h>

#include <sys/stat.h>

using namespace std::chrono_literals;
using namespace troupe::serve;
using test::environment_variable;
using test::temporary_folder;

namespace a_service {

/// A process that nothing was prepared for.
struct fixture {
  environment_variable state{"STATE_DIRECTORY", nullptr};
  environment_variable runtime{"RUNTIME_DIRECTORY", nullptr};
  environment_variable credentials{"CREDENTIALS_DIRECTORY", nullptr};
  environment_variable key{"TROUPE_API_KEY", nullptr};
  environment_variable usec{"WATCHDOG_USEC", nullptr};
  environment_variable pid{"WATCHDOG_PID", nullptr};
  temporary_folder folder;

  void prepare_key(std::string_view content) {
    folder.write("api_key", content);
    ::setenv("CREDENTIALS_DIRECTORY", folder.path.c_str(), 1);
  }
};

/// Returns what is said of a key that is not taken.
std::string refusal() {
  try {
    return "taken: " + choose_key({});
  } catch (const std::runtime_error& e) {
    return e.what();
  }
}

} // namespace a_service

BOOST_FIXTURE_TEST_SUITE(a_service, a_service::fixture)

BOOST_AUTO_TEST_CASE(without_a_service_manager_everything_is_in_the_state_directory) {
  auto found = read_service_defaults();
  BOOST_TEST(found.state_dir == ".troupe");
  BOOST_TEST(found.socket == "troupe.sock");
  BOOST_TEST(!found.has_api_key);
}

BOOST_AUTO_TEST_CASE(its_folders_are_the_first_of_those_that_were_prepared) {
  environment_variable one{"STATE_DIRECTORY", "/var/lib/troupe:/var/lib/other"};
  environment_variable two{"RUNTIME_DIRECTORY", "/run/troupe"};
  auto found = read_service_defaults();
  BOOST_TEST(found.state_dir == "/var/lib/troupe");
  BOOST_TEST(found.socket == "/run/troupe/troupe.sock");
}

BOOST_AUTO_TEST_CASE(the_view_key_is_another_than_the_api_key_wherever_it_is_from) {
  environment_variable none{"TROUPE_VIEW_KEY", nullptr};
  BOOST_TEST(choose_view_key({}, "all") == "");
  environment_variable look{"TROUPE_VIEW_KEY", "look\n"};
  BOOST_TEST(choose_view_key({}, "all") == "look");
  BOOST_CHECK_THROW(choose_view_key({}, "look"), std::runtime_error);
  troupe::config::http http;
  http.view_key = "configured";
  BOOST_TEST(choose_view_key(http, "all") == "configured");
  BOOST_CHECK_THROW(choose_view_key(http, "configured"), std::runtime_error);
  environment_variable spoilt{"TROUPE_VIEW_KEY", "two words"};
  BOOST_CHECK_THROW(choose_view_key({}, "all"), std::runtime_error);
}

BOOST_AUTO_TEST_CASE(a_credential_is_the_api_key_less_its_line_end) {
  prepare_key("secret\n");
  BOOST_TEST(read_service_defaults().has_api_key);
  BOOST_TEST(choose_key({}) == "secret");
}

BOOST_AUTO_TEST_CASE(the_configuration_and_the_environment_come_before_a_credential) {
  prepare_key("credential");
  environment_variable said{"TROUPE_API_KEY", "environment"};
  BOOST_TEST(choose_key({}) == "environment");
  troupe::config::http http;
  http.api_key = "configuration";
  BOOST_TEST(choose_key(http) == "configuration");
}

BOOST_AUTO_TEST_CASE(a_credential_that_is_no_key_is_refused_and_not_shown) {
  for (auto content : {"", "two words", "two\nlines\n"}) {
    prepare_key(content);
    auto said = a_service::refusal();
    BOOST_TEST(said.find("/api_key': expected at least one") != std::string::npos, said);
    BOOST_TEST(said.find("two") == std::string::npos, said);
  }
}

BOOST_AUTO_TEST_CASE(only_the_process_that_is_meant_is_watched) {
  BOOST_TEST(!watchdog_timeout().has_value());
  ::setenv("WATCHDOG_USEC", "30000000", 1);
  BOOST_TEST((watchdog_timeout() == 30s));
  ::setenv("WATCHDOG_PID", std::to_string(::getpid()).c_str(), 1);
  BOOST_TEST((watchdog_timeout() == 30s));
  ::setenv("WATCHDOG_PID", "1", 1);
  BOOST_TEST(!watchdog_timeout().has_value());
}

BOOST_AUTO_TEST_CASE(a_time_that_is_none_is_no_watchdog) {
  for (auto text : {"", "0", "-1", "x", "1x"}) {
    ::setenv("WATCHDOG_USEC", text, 1);
    BOOST_TEST(!watchdog_timeout().has_value(), text);
  }
}

BOOST_AUTO_TEST_SUITE_END()
