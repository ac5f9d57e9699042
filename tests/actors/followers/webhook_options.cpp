#include "actors/followers/webhook_options.hpp"

#include "actors/followers/built_in_followers.hpp"
#include "actors/followers/prepared_follower.hpp"
#include "tests/actors/os/support_process.hpp"

#include <boost/json/parse.hpp>
#include <boost/test/unit_test.hpp>

#include <cstdlib>
#include <fstream>

using namespace troupe;
using namespace troupe::followers;
using namespace troupe::testing;
using namespace std::chrono_literals;

namespace options_of_webhooks {

boost::json::object object(std::string_view text) {
  return boost::json::parse(boost::json::string_view{text.data(), text.size()})
      .as_object();
}

/// Returns the one mistake in options, as `key: message`.
std::string mistake(std::string_view text) {
  webhook_options read;
  auto all = read_webhook_options(object(text), read);
  if (all.size() != 1)
    return "there is not one mistake, but " + std::to_string(all.size());
  return all[0].option + ": " + all[0].message;
}

webhook_options good(std::string_view text) {
  webhook_options read;
  for (auto& m : read_webhook_options(object(text), read))
    BOOST_ERROR(m.option << ": " << m.message);
  return read;
}

} // namespace options_of_webhooks

BOOST_AUTO_TEST_SUITE(options_of_webhooks)

BOOST_AUTO_TEST_CASE(a_url_is_enough) {
  auto o = good(R"({"url":"http://127.0.0.1:9000/hook?a=1"})");
  BOOST_TEST(o.url.port == 9000);
  BOOST_TEST(o.url.target == "/hook?a=1");
  BOOST_TEST((o.times.timeout == 10s));
  BOOST_TEST((o.times.delay == 500ms));
  BOOST_TEST((o.times.longest_delay == 30s));
  BOOST_TEST((o.times.patience == 15min));
}

BOOST_AUTO_TEST_CASE(all_options_are_read) {
  auto o = good(R"({"url":"https://hooks.example/x","headers":{"X-Team":"ops"},
                    "bearer_env":"HOOK_KEY","ca":"ca.pem","timeout":"2s",
                    "retry_delay":"100ms","retry_max_delay":"5s","give_up":"0s"})");
  BOOST_TEST(o.headers.size() == 1u);
  BOOST_TEST(o.headers[0].first == "X-Team");
  BOOST_TEST(o.headers[0].second == "ops");
  BOOST_TEST(o.bearer_env == "HOOK_KEY");
  BOOST_TEST(o.authority == "ca.pem");
  BOOST_TEST((o.times.timeout == 2s));
  BOOST_TEST((o.times.delay == 100ms));
  BOOST_TEST((o.times.longest_delay == 5s));
  BOOST_TEST((o.times.patience == 0s));
}

BOOST_AUTO_TEST_CASE(what_is_wrong_is_told_with_its_key) {
  BOOST_TEST(mistake("{}").starts_with("url: is missing: expected where events are"));
  BOOST_TEST(
      mistake(R"({"url":"ftp://a/b"})").starts_with("url: expected a URL of http"));
  auto with = [](const std::string& more) {
    return mistake(R"({"url":"http://127.0.0.1/",)" + more + '}');
  };
  BOOST_TEST(with(R"("urk":1)").starts_with("urk: unknown key"));
  BOOST_TEST(with(R"("ca":"x")") == "ca: is for a URL of https:// alone");
  BOOST_TEST(with(R"("headers":1)") == "headers: expected a table of names and texts");
  BOOST_TEST(with(R"("headers":{"a b":"c"})")
             == "headers: \"a b\" is no name of a header");
  BOOST_TEST(with(R"("headers":{"content-LENGTH":"1"})")
             == "headers: content-LENGTH is set by the node");
  BOOST_TEST(with(R"("headers":{"X":"a\r\nY: b"})")
             == "headers: X: expected a string of printable ASCII");
  BOOST_TEST(with(R"("bearer_env":"A","bearer_file":"b")")
             == "bearer_env: the key has two sources: remove bearer_file or this");
  BOOST_TEST(with(R"("bearer_env":"A","headers":{"authorization":"b"})")
             == "headers: Authorization is set by the key: remove one of the two");
  BOOST_TEST(with(R"("timeout":"11m")").starts_with("timeout: "));
  BOOST_TEST(with(R"("retry_delay":"40s")")
             == "retry_delay: expected retry_delay to be at most retry_max_delay, which "
                "is 30000 ms");
  BOOST_TEST(with(R"("retry_max_delay":"100ms")").starts_with("retry_max_delay: "));
}

BOOST_AUTO_TEST_CASE(a_key_comes_from_a_file_without_its_line_end) {
  temporary_folder folder;
  std::ofstream{folder.path / "key"} << "s3cret\n";
  auto o = good(R"({"url":"http://127.0.0.1/","bearer_file":"key"})");
  auto read = read_webhook_destination(o, folder.path);
  BOOST_TEST_REQUIRE(read.has_value());
  BOOST_TEST_REQUIRE(read->to.headers.size() == 1u);
  BOOST_TEST(read->to.headers[0].first == "Authorization");
  BOOST_TEST(read->to.headers[0].second == "Bearer s3cret");
  BOOST_TEST(read->read == "s3cret");
  std::ofstream{folder.path / "key"} << "two words";
  auto wrong = read_webhook_destination(o, folder.path);
  BOOST_TEST_REQUIRE(!wrong.has_value());
  BOOST_TEST(wrong.error().option == "bearer_file");
  BOOST_TEST(wrong.error().message.find("two words") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_key_comes_from_the_environment_of_the_node) {
  auto o = good(R"({"url":"http://127.0.0.1/","bearer_env":"TROUPE_TEST_HOOK_KEY"})");
  ::unsetenv("TROUPE_TEST_HOOK_KEY");
  auto none = read_webhook_destination(o, "/");
  BOOST_TEST_REQUIRE(!none.has_value());
  BOOST_TEST(none.error().option == "bearer_env");
  BOOST_TEST(none.error().message == "the node has no variable TROUPE_TEST_HOOK_KEY");
  ::setenv("TROUPE_TEST_HOOK_KEY", "k", 1);
  BOOST_TEST(read_webhook_destination(o, "/")->to.headers.at(0).second == "Bearer k");
  ::unsetenv("TROUPE_TEST_HOOK_KEY");
}

BOOST_AUTO_TEST_CASE(what_a_follower_refers_to_and_is_not_there_is_told_with_its_key) {
  config::follower f;
  f.name = "audit";
  f.behaviour = "webhook";
  f.folder = "/no/such/folder";
  f.options = object(R"({"url":"http://127.0.0.1/","bearer_file":"key"})");
  auto second = f;
  second.name = "pages";
  second.options = object(R"({"url":"https://127.0.0.1/","ca":"ca.pem"})");
  auto wrong = prepare({f, second}, built_in_followers());
  BOOST_TEST_REQUIRE(!wrong.has_value());
  BOOST_TEST(to_string(wrong.error())
             == "follower.audit.options.bearer_file: '/no/such/folder/key' cannot be "
                "read: No such file or directory; follower.pages.options.ca: "
                "'/no/such/folder/ca.pem' cannot be read: No such file or directory");
  f.options = object(R"({"url":"http://127.0.0.1/"})");
  auto ready = prepare({f}, built_in_followers());
  BOOST_TEST_REQUIRE(ready.has_value());
  BOOST_TEST(ready->size() == 1u);
  BOOST_TEST((ready->front().thread == behaviour_thread::loop));
}

BOOST_AUTO_TEST_SUITE_END()
