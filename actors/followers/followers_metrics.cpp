#include "actors/followers/followers.hpp"
#include "protocol/metrics/node_metrics.hpp"

#include <utility>

/// What FOLLOWERS tells METRICS.
namespace troupe::followers {

caf::result<metrics_snapshot_ptr> followers_state::measure() {
  auto promise = self->make_response_promise<metrics_snapshot_ptr>();
  ask_feeds([promise](follower_report report) mutable {
    promise.deliver(
        make_metrics_snapshot([report = std::move(report)](metrics::metric_list& out) {
          auto& events = metrics::node::follower_events;
          auto& waiting = metrics::node::follower_waiting;
          for (auto& f : report.all) {
            if (f.state == follower_state::silent)
              continue; // its totals are not known, and 0 would be wrong
            out.add(events, {f.name, "delivered"}, f.totals.taken);
            out.add(events, {f.name, "retried"}, f.totals.retried);
            out.add(events, {f.name, "dropped"}, f.totals.dropped);
            out.add(waiting, {f.name}, f.waiting);
          }
        }));
  });
  return promise;
}

} // namespace troupe::followers
