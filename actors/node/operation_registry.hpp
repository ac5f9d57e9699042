#pragma once

#include "actors/interfaces/pending_call.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>

namespace troupe::node {

struct node_state;
struct pool_entry;

/// The subject of an operation: a pool, or one of its workers.
struct target {
  pool_entry* pool = nullptr;
  /// -1: the whole pool.
  int32_t worker = -1;
};

/// The kind of thing that the member `name` of an operation's payload must name.
enum class subject : uint8_t {
  /// Nothing; the operation reads its payload itself.
  none,
  pool,
  worker,
  pool_or_worker,
  /// As `pool_or_worker`, but a worker may be one that the pool had when it was larger.
  replica,
};

/// Says that an operation starts workers or lets calls in: not while the node stops.
inline constexpr bool begins = true;

/// An operation on the node, named by the `kind` of a call to `$node`.
struct operation {
  /// Settles the call, now or later. NODE calls it on its own thread.
  using runner = std::function<void(node_state& node, pending_call c)>;
  /// The same for an operation with a subject, which exists and is no longer checked.
  using subject_runner =
      std::function<void(node_state& node, pending_call c, const target& about)>;

  operation(std::string called, runner does, bool starts = false);
  operation(std::string called, subject of, subject_runner does, bool starts = false);

  std::string name;
  subject about;
  subject_runner run;
  /// See `node::begins`.
  bool begins;
};

/// The operations on a node. Is filled before the node starts and read from then on, by
/// any thread.
class operation_registry {
public:
  /// Adds an operation; one of the same name is replaced.
  void add(operation op);

  /// Returns the operation `name`, or nullptr.
  const operation* find(std::string_view name) const;

  /// Returns the names of all operations, comma-separated, for messages.
  std::string names() const;

private:
  std::map<std::string, operation, std::less<>> all_;
};

/// Returns the operations that come with Troupe.
operation_registry built_in_operations();

} // namespace troupe::node
