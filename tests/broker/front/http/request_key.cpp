// Proves where the key of a request may be, and what it allows.
#include "broker/front/http/request_key.hpp"
#include "protocol/base/payload_bytes.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <string>

using namespace troupe;
using namespace troupe::front::http;

namespace keys_of_requests {

front::http::access access_with(const std::string& header, const std::string& value) {
  http_fields m;
  m.insert(header, value);
  return access_of(m, "all?~>", "look");
}

/// Returns a key as a page spells it.
std::string base64url(std::string key) {
  key = to_base64(key);
  std::replace(key.begin(), key.end(), '+', '-');
  std::replace(key.begin(), key.end(), '/', '_');
  key.erase(std::find(key.begin(), key.end(), '='), key.end());
  return key;
}

} // namespace keys_of_requests

BOOST_AUTO_TEST_SUITE(keys_of_requests)

BOOST_AUTO_TEST_CASE(a_header_has_it) {
  BOOST_TEST((access_with("X-API-Key", "all?~>") == front::http::access::all));
  BOOST_TEST((access_with("X-API-Key", "look") == front::http::access::view));
  BOOST_TEST((access_with("X-API-Key", "other") == front::http::access::none));
  BOOST_TEST((access_with("Authorization", "bearer look") == front::http::access::view));
  BOOST_TEST((access_with("Authorization", "Basic look") == front::http::access::none));
  BOOST_TEST((access_with("Accept", "look") == front::http::access::none));
}

BOOST_AUTO_TEST_CASE(of_two_keys_none_can_be_trusted) {
  for (auto name : {"X-API-Key", "Authorization"}) {
    for (auto second : {"look", "other", "", "Bearer look"}) {
      http_fields m;
      m.insert(name, name[0] == 'X' ? "look" : "Bearer look");
      m.insert(name, second);
      BOOST_TEST((access_of(m, "all", "look") == front::http::access::none), second);
    }
  }
}

BOOST_AUTO_TEST_CASE(a_page_has_it_in_a_subprotocol) {
  constexpr auto name = "Sec-WebSocket-Protocol";
  auto key = "troupe.key." + base64url("all?~>");
  BOOST_TEST(key == "troupe.key.YWxsP34-");
  BOOST_TEST((access_with(name, key) == front::http::access::all));
  BOOST_TEST((access_with(name, "troupe.v1, " + key) == front::http::access::all));
  BOOST_TEST((access_with(name, "troupe.v1,,troupe.key.bG9vaw ,x")
              == front::http::access::view));
  for (auto wrong : {"troupe.key.", "troupe.key", "troupe.key.bG9va", "troupe.key.bG9v!w",
                     "troupe.key.look", "bG9vaw", "troupe.v1", ",", ""})
    BOOST_TEST((access_with(name, wrong) == front::http::access::none), wrong);
  http_fields two;
  two.insert(name, "troupe.v1");
  two.insert(name, "troupe.key.bG9vaw");
  BOOST_TEST((access_of(two, "all", "look") == front::http::access::view));
  BOOST_TEST(offers_subprotocol(two));
  two.set("X-API-Key", "wrong");
  BOOST_TEST((access_of(two, "all", "look") == front::http::access::none));
}

BOOST_AUTO_TEST_CASE(without_keys_there_is_none_to_guess) {
  http_fields m;
  BOOST_TEST((access_of(m, "all", "") == front::http::access::none));
  m.insert("Sec-WebSocket-Protocol", "troupe.key.");
  BOOST_TEST((access_of(m, "all", "") == front::http::access::none));
  BOOST_TEST(!offers_subprotocol(m));
}

BOOST_AUTO_TEST_SUITE_END()
