#pragma once

#include "actors/node/node_runtime.hpp"
#include "broker/front/connections.hpp"
#include "broker/front/front_counts.hpp"
#include "broker/front/http/request_counts.hpp"
#include "broker/front/http/route_registry.hpp"
#include "broker/front/listener.hpp"
#include "broker/front/session/session_sockets.hpp"
#include "broker/serve/front_metrics.hpp"
#include "broker/serve/preparation.hpp"
#include "broker/serve/web_fronts.hpp"

#include <spdlog/logger.h>

#include <memory>
#include <vector>

namespace troupe::serve {

/// The fronts of a node: its sockets, and the clients on them. For the main thread; what
/// it puts into a `node_context` may be called by any.
class fronts {
public:
  /// @param on Outlives the fronts.
  /// @param routes What clients of HTTP may ask for.
  fronts(node::node_runtime& on, preparation& prepared, const config::file& config,
         std::shared_ptr<spdlog::logger> log, front::http::route_registry_ptr routes);

  /// Fills in what NODE asks of the fronts.
  void serve(node::node_context& with) const;

  /// Lets clients in, by the sockets of `prepared`.
  void open(preparation& prepared);

  /// Has every connection look for what is due on it.
  void check() { clients_.check(); }

  /// Opens the files of access logs anew.
  void reopen_logs();

  /// Lets no more clients in, and waits until those that are there have been written what
  /// they are owed, at most `limits::flush_grace`.
  void close();

private:
  /// Lets clients in at the port for metrics alone, if there is one.
  void open_metrics(preparation& prepared);
  void open_webs(preparation& prepared);

  /// How many clients one front may have, and what it has counted.
  struct client_counts {
    explicit client_counts(const char* name);

    std::shared_ptr<front::client_limit> limit;
    std::shared_ptr<front::front_counts> counts;
  };

  struct counts_of_all {
    client_counts http{"http"};
    client_counts socket{"socket"};
    client_counts session{"session"};
    /// The port for metrics alone.
    client_counts metrics{"metrics"};
    front::http::request_counts_ptr requests;
  };

  node::node_runtime& node_;
  std::shared_ptr<front::front_context> context_;
  front::http::route_registry_ptr routes_;
  counts_of_all counts_;
  /// As `preparation::webs`.
  std::vector<open_web> webs_;
  front::connections clients_;
  std::shared_ptr<front::session::session_sockets> acceptors_;
  std::vector<std::shared_ptr<front::listener>> listeners_;
  metrics_sources::registration counting_;
};

} // namespace troupe::serve
