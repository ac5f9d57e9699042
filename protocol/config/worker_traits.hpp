#pragma once

#include <string>
#include <string_view>

namespace troupe::config {

/// The traits of the workers of a pool, which the node and its fronts ask for instead
/// of their kind. The defaults are those of a process that speaks a wire.
struct worker_traits {
  /// The name of the kind, by which the node starts such a worker.
  std::string kind = "process";
  /// Each is a program that the node starts: the pool has a `command`.
  bool runs_program = true;
  /// A session may begin in it, if its protocol knows sessions.
  bool takes_sessions = true;
  /// Its program runs on a terminal that clients may watch and type on.
  bool has_terminal = false;
  /// The first of a pool is also found by the name that it is shown under, which may be
  /// any text.
  bool has_shown_name = false;
  /// Returns whether what clients ask of a worker, by its kind and payload, only looks at
  /// it: then it is no call. Null if there is nothing to look at.
  bool (*is_look)(std::string_view kind, std::string_view payload) = nullptr;

  bool operator==(const worker_traits&) const = default;
};

} // namespace troupe::config
