#pragma once

#include "tests/program/harness/node_process.hpp"

#include <boost/test/unit_test.hpp>

#include <string>

namespace program {

/// The pool `interview` of the examples, whose conversations ask two questions and then
/// one.
inline std::string interview(const std::string& keys = "window = 8") {
  return pool_of("interview", {"python3", EXAMPLES_FOLDER "/workers/interview.py"}, keys);
}

struct interviews {
  explicit interviews(const std::string& pools = interview(), node_options options = {})
    : node(pools, options) {}

  /// Begins one; returns its id.
  std::string begin(const std::string& more = "") {
    auto r = node.http().post("/api/sessions", "{\"pool\":\"interview\"" + more + "}");
    BOOST_TEST_REQUIRE(r.status == 200, r.body);
    BOOST_TEST(r["state"] == "paused");
    return r["session_id"];
  }
  http_response go_on(const std::string& id, const std::string& answer) {
    return node.http().post("/api/sessions/" + id + "/continue", answer);
  }
  http_response show(const std::string& id) {
    return node.http().get("/api/sessions/" + id);
  }
  std::string socket(const std::string& file) {
    return node.state_dir() + "/sessions/" + file + ".sock";
  }

  node_process node;
};

inline constexpr auto both = R"({"responses":[{"query_id":"like","response":"yes"},)"
                             R"({"query_id":"how","response":"black"}]})";

} // namespace program
