#include "actors/node/node_operations.hpp"
#include "actors/node/operation_families.hpp"
#include "actors/node/status_json.hpp"

#include <boost/json/array.hpp>

#include <chrono>
#include <memory>

namespace troupe::node::operations {

namespace {

using namespace std::chrono_literals;

/// More than a FEED may take, so that one which does not answer is in the answer.
constexpr auto patience = 5s;

/// `[{"name","behaviour","state", …}]`: the followers of the configuration.
void list_followers(node_state& node, pending_call c) {
  auto shared = std::make_shared<pending_call>(std::move(c));
  node.self->request(node.context->runtime.followers, patience, atom::status_v)
      .then(
          [shared](followers::follower_report& report) {
            boost::json::array rows;
            for (auto& f : report.all)
              rows.push_back(to_json(f));
            answer(*shared, std::move(rows));
          },
          [shared](caf::error& e) { shared->settle(failure(to_fault(e))); });
}

} // namespace

void add_followers(operation_registry& all) {
  all.add({"followers", list_followers});
}

} // namespace troupe::node::operations
