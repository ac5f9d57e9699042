#include "broker/front/http/request_counts.hpp"

#include "broker/front/http/route_registry.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>

using namespace troupe::front::http;

namespace counts_of_requests {

struct counted_routes {
  counted_routes()
    : routes(built_in_routes())
    , counts(routes) {}

  /// Counts an answer to this request.
  void answered(const std::string& method, const std::vector<std::string>& path,
                unsigned status) {
    auto found = routes.find(method, path);
    counts.add(found ? found->where : nullptr, status);
  }
  uint64_t requests(const std::string& route, unsigned status) const {
    uint64_t n = 0;
    for (auto& row : counts.rows())
      if (row.route == route && row.status == status)
        n += row.requests;
    return n;
  }

  route_registry routes;
  request_counts counts;
};

} // namespace counts_of_requests

BOOST_FIXTURE_TEST_SUITE(counts_of_requests, counts_of_requests::counted_routes)

BOOST_AUTO_TEST_CASE(a_label_is_the_pattern_and_never_the_path) {
  answered("POST", {"api", "call", "echo", "a", "b"}, 200);
  answered("POST", {"api", "call", "text", "up"}, 200);
  BOOST_TEST(requests("/api/call/{to}/{kind}", 200) == 2u);
  BOOST_TEST(counts.rows().size() == 1u);
}

BOOST_AUTO_TEST_CASE(the_methods_of_a_path_are_one_route) {
  answered("GET", {"api", "pools", "a"}, 200);
  answered("PUT", {"api", "pools", "a"}, 200);
  answered("DELETE", {"api", "pools", "a"}, 404);
  BOOST_TEST(requests("/api/pools/{name}", 200) == 2u);
  BOOST_TEST(requests("/api/pools/{name}", 404) == 1u);
  BOOST_TEST(counts.rows().size() == 2u);
}

BOOST_AUTO_TEST_CASE(what_has_no_route_is_counted_as_none) {
  answered("GET", {"nowhere"}, 404);
  BOOST_TEST(requests("none", 404) == 1u);
}

BOOST_AUTO_TEST_CASE(every_status_of_an_error_has_a_row_of_its_own) {
  auto& all = request_counts::statuses;
  for (uint8_t i = 1; i < static_cast<uint8_t>(troupe::code::count_); ++i) {
    auto status = troupe::info(troupe::code{i}).http_status;
    BOOST_TEST((std::find(all.begin(), all.end(), status) != all.end()), status);
  }
}

BOOST_AUTO_TEST_SUITE_END()
