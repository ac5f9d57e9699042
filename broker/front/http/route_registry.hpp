#pragma once

#include "broker/front/http/route.hpp"

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace troupe::front::http {

/// The routes of a front. Is filled before the front opens and read from then on, by any
/// thread.
class route_registry {
public:
  /// Adds a route. Of two that match the same request the one added first has it.
  void add(route r);

  /// Returns the route of a request for `path` (decoded segments), or nothing.
  std::optional<matched_route> find(std::string_view method,
                                    const std::vector<std::string>& path) const;

  /// Returns the methods under which `path` is a route, as in an `Allow` header; empty if
  /// it is none.
  std::string allowed_methods(const std::vector<std::string>& path) const;

  /// Returns whether `path` is a route that needs no key: it is no secret then.
  bool is_open(const std::vector<std::string>& path) const;

  /// Hands each route to `f`, in the order in which they were added.
  template <class F>
  void for_each(F&& f) const {
    for (auto& e : entries_)
      f(e.what);
  }
  /// Returns the patterns of all routes, each once: routes with several methods share
  /// theirs.
  const std::vector<std::string_view>& patterns() const noexcept { return patterns_; }

  /// Returns whether any route needs a key: else it is no secret which there are.
  bool needs_key() const;

private:
  /// A route, and what tells most paths apart without reading them.
  struct entry {
    size_t segments = 0;
    /// Whether the last segment matches all that are left.
    bool takes_rest = false;
    route what;

    bool matches(const std::vector<std::string>& path,
                 std::vector<std::string>& found) const;
  };

  std::vector<entry> entries_;
  std::vector<std::string_view> patterns_;
};

using route_registry_ptr = std::shared_ptr<const route_registry>;

/// Returns the routes that come with Troupe.
/// @param dashboard Whether the page at `/` is shown.
route_registry built_in_routes(bool dashboard = true);

/// Returns the routes of a port that nobody needs a key for: GET /metrics alone.
route_registry open_metrics_routes();

} // namespace troupe::front::http
