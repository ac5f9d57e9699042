#include "tests/protocol/config/support.hpp"

#include <boost/test/unit_test.hpp>

using namespace troupe;
using namespace troupe::config;

namespace web_of_a_file {

/// Returns a file with a pool `p` of this protocol, and a front for it that says `lines`,
/// too.
std::string front_over(const std::string& protocol, const std::string& lines) {
  return test::with_pool("protocol = \"" + protocol
                         + "\"\n[web.app]\nlisten = \"127.0.0.1:0\"\npool = \"p\"\n"
                         + lines);
}

std::string front(const std::string& lines) {
  return front_over("json-lines", lines);
}

std::string mcp_front(const std::string& lines) {
  return front_over("jsonrpc", "mapping = \"mcp\"\n" + lines);
}

/// Returns whether `text` has one mistake, which names `key` and says `part`.
bool refused(const std::string& text, const std::string& key, const std::string& part) {
  auto all = test::mistakes(text);
  for (auto& m : all)
    BOOST_TEST_MESSAGE(m);
  return all.size() == 1 && all[0].find(key + ": ") != std::string::npos
         && all[0].find(part) != std::string::npos;
}

} // namespace web_of_a_file

BOOST_AUTO_TEST_SUITE(web_of_a_file)

BOOST_AUTO_TEST_CASE(all_keys_are_read) {
  auto all = test::good(front(R"(max_body = "1MiB"
uploads = { dir = "up", allow = [".JPG"], forbid = [".phar"] }
static = { dir = "public", forbid = [".inc"] }
trusted_proxies = ["10.0.0.0/8", "::1"]
raw_body = true
internal_error_code = 503
access_log = "access.log"
tls = { cert = "c.pem", key = "k.pem" }
)"));
  BOOST_TEST_REQUIRE(all.webs.size() == 1u);
  auto& w = all.webs[0];
  BOOST_TEST(w.name == "app");
  BOOST_TEST(w.listen == "127.0.0.1:0");
  BOOST_TEST(w.pool == "p");
  BOOST_TEST(w.max_body == 1024u * 1024u);
  BOOST_TEST(w.uploads.dir == "/no/such/folder/up");
  BOOST_TEST(w.uploads.allow.at(0) == ".jpg");
  BOOST_TEST(w.uploads.forbid.at(0) == ".phar");
  BOOST_TEST_REQUIRE(w.files.has_value());
  BOOST_TEST(w.files->dir == "/no/such/folder/public");
  BOOST_TEST(w.files->forbid.at(0) == ".inc");
  BOOST_TEST_REQUIRE(w.trusted_proxies.size() == 2u);
  BOOST_TEST(w.trusted_proxies[0].contains(*parse_ip("10.9.8.7")));
  BOOST_TEST(w.raw_body);
  BOOST_TEST(w.internal_error_code == 503u);
  BOOST_TEST(w.access_log.file == "access.log");
  BOOST_TEST(!w.access_log.in_node_log);
  BOOST_TEST(w.tls.has_value());
}

BOOST_AUTO_TEST_CASE(two_keys_are_enough) {
  auto all = test::good(front(""));
  BOOST_TEST_REQUIRE(all.webs.size() == 1u);
  auto& w = all.webs[0];
  BOOST_TEST((w.mapping == web_mapping::http));
  BOOST_TEST(w.max_body == 8u * 1024u * 1024u);
  BOOST_TEST(w.uploads.forbid.at(0) == ".php");
  BOOST_TEST(!w.files.has_value());
  BOOST_TEST(w.trusted_proxies.empty());
  BOOST_TEST(w.access_log.file.empty());
  BOOST_TEST(!w.access_log.in_node_log);
}

BOOST_AUTO_TEST_CASE(the_keys_of_mcp_are_read) {
  auto all = test::good(mcp_front(R"(path = "/tools"
sessions = "shared"
allow_origins = ["https://App.example"]
access_log = true
)"));
  auto& w = all.webs.at(0);
  BOOST_TEST((w.mapping == web_mapping::mcp));
  BOOST_TEST(w.mcp.path == "/tools");
  BOOST_TEST(w.mcp.allow_origins.at(0) == "https://app.example");
  BOOST_TEST(w.access_log.in_node_log);
}

BOOST_AUTO_TEST_CASE(mistakes_say_what_was_expected) {
  BOOST_TEST(refused(test::with_pool("[web.app]\npool = \"p\""), "web.app.listen",
                     "is missing"));
  BOOST_TEST(refused(test::with_pool("[web.app]\nlisten = \"127.0.0.1:0\""),
                     "web.app.pool", "is missing"));
  BOOST_TEST(refused(test::with_pool("[web.app]\nlisten = \"8080\"\npool = \"p\""),
                     "web.app.listen", "host:port"));
  BOOST_TEST(refused(test::with_pool("[web.app]\nlisten = \"127.0.0.1:0\"\npool = \"q\""),
                     "web.app.pool", "there is no pool \"q\""));
  BOOST_TEST(
      refused(test::with_pool("[web.app]\nlisten = \"127.0.0.1:0\"\npool = \"p.0\""),
              "web.app.pool", "expected the name of a pool"));
  BOOST_TEST(refused(front("maxbody = 1"), "web.app.maxbody", "max_body"));
  BOOST_TEST(
      refused(front("static = { forbid = [] }"), "web.app.static.dir", "is missing"));
  BOOST_TEST(refused(front("uploads = { forbid = [\"php\"] }"), "web.app.uploads.forbid",
                     "\".php\""));
  BOOST_TEST(refused(front("trusted_proxies = [\"10.0.0.0/33\"]"),
                     "web.app.trusted_proxies", "10.0.0.0/33"));
  BOOST_TEST(
      refused(front("internal_error_code = 200"), "web.app.internal_error_code", "400"));
  BOOST_TEST(refused(front("access_log = 3"), "web.app.access_log", "an integer"));
  BOOST_TEST(refused(front("path = \"/x\""), "web.app.path", "mapping = \"mcp\""));
  BOOST_TEST(
      refused(mcp_front("raw_body = true"), "web.app.raw_body", "mapping = \"http\""));
  BOOST_TEST(
      refused(mcp_front("allow_origins = [\"a/b\"]"), "web.app.allow_origins", "a/b"));
  BOOST_TEST(refused("[web]\napp = 3", "web.app", "expected a table"));
}

BOOST_AUTO_TEST_CASE(workers_that_take_no_web_requests_are_refused) {
  BOOST_TEST(refused(front_over("jsonrpc", ""), "web.app.pool", "mapping = \"mcp\""));
  BOOST_TEST(refused(front_over("session", ""), "web.app.pool", "take no web requests"));
  BOOST_TEST(refused(front_over("terminal", ""), "web.app.pool", "take no web requests"));
  for (auto& protocol : {"json-lines", "goridge", "folk"})
    BOOST_TEST(test::good(front_over(protocol, "")).webs.size() == 1u);
  BOOST_TEST(test::good(mcp_front("")).webs.size() == 1u);
}

BOOST_AUTO_TEST_CASE(an_address_is_listened_at_once) {
  auto at = [](const std::string& name) {
    return "[web." + name + "]\nlisten = \"127.0.0.1:81\"\npool = \"p\"\n";
  };
  BOOST_TEST(refused(test::with_pool(at("a") + at("b")), "web.b.listen",
                     "web.a.listen has this address already"));
  BOOST_TEST(refused("[http]\nlisten = \"127.0.0.1:81\"\n" + test::with_pool(at("a")),
                     "web.a.listen", "http.listen has this address already"));
}

BOOST_AUTO_TEST_SUITE_END()
