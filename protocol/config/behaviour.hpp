#pragma once

#include <string>
#include <vector>

namespace troupe::config {

/// A pool that an option of a behaviour names.
struct named_pool {
  std::string option;
  /// As for `of`.
  std::string pool;

  bool operator==(const named_pool&) const = default;
};

/// `behaviour`, `of`, `options` and `isolate` of a pool whose workers are actors.
struct behaviour {
  /// Empty for a pool of other workers.
  std::string name;
  /// The pool that it stands before; empty for none.
  std::string of;
  /// A JSON object.
  std::string options = "{}";
  /// Is no key: the pools that the options name.
  std::vector<named_pool> others;
  /// Each worker is an actor in a process of its own, and else in the node.
  bool isolate = false;

  bool operator==(const behaviour&) const = default;
};

} // namespace troupe::config
