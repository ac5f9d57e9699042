#pragma once

#include "tests/program/harness/node_process.hpp"

#include <boost/test/unit_test.hpp>

#include <string>

namespace program {

/// A server-sent event.
struct sent_event {
  int64_t id = 0;
  std::string kind;
  reply data;
};

/// A client of `/api/events`.
class event_follower {
public:
  event_follower(const node_process& node, const std::string& query,
                 const std::string& headers = {})
    : client_(node.http()) {
    client_.send_request("GET", "/api/events" + query, {}, headers);
    response = client_.read_response();
  }

  sent_event next() {
    auto text = client_.stream().take_until("\n\n") + "\n";
    auto field = [&](const std::string& name) {
      auto at = text.find(name + ": ");
      BOOST_REQUIRE_MESSAGE(at != std::string::npos, text);
      at += name.size() + 2;
      return text.substr(at, text.find('\n', at) - at);
    };
    return {std::stoll(field("id")), field("event"), {field("data")}};
  }

  /// Returns the next event of this kind.
  sent_event next(const std::string& kind) {
    for (;;)
      if (auto e = next(); e.kind == kind)
        return e;
  }

  http_response response;

private:
  http_client client_;
};

} // namespace program
