#pragma once

#include "protocol/config/config.hpp"
#include "protocol/config/protocol_table.hpp"

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace troupe::config {

class section;

/// A key of a pool that makes no sense for a kind of worker.
struct refused_key {
  /// With its table: `abandoned`, `command`, `external`, `heartbeat.every`, `loops`,
  /// `preload`, `protocol`, `quarantine`, `ready`, `recycle.jobs`, `recycle.memory`,
  /// `retries`, `slow`, `survive`, `transport` or `window`. The reader asks for no
  /// others: a further one also needs a call of `refuse`.
  std::string_view key;
  /// The reason that the user gets.
  std::string_view why;
};

/// A kind of worker, as the reader of a configuration knows it. The defaults are those of
/// a process that speaks a wire.
struct worker_kind {
  worker_traits traits;
  /// The protocols of which a pool names one; nullptr: it names the kind instead.
  std::shared_ptr<const protocol_table> protocols;
  /// The key with which a pool asks for this kind, in the place of `protocol`; empty:
  /// that names the kind. Is one of `own_keys`.
  std::string named_by;
  /// A value that asks for nothing is not refused, such as a 0. The reason for `command`
  /// is that of all keys of programs, if `runs_program` is false. `external` must be here
  /// if the node has no way to take children in that others start.
  std::vector<refused_key> refuses;
  /// The keys that only pools of this kind have.
  std::vector<std::string> own_keys;
  /// Reads `own_keys`; may be empty.
  std::function<void(section&, pool&)> read_own;
  /// Sets what no key changes; may be empty.
  std::function<void(pool&)> settle;
  /// The same kind for pools that say `isolate = true`; null if they may not. A kind that
  /// runs programs and refuses `command` makes the command itself.
  std::shared_ptr<const worker_kind> isolated;

  /// Returns whether a pool with this `protocol` has such workers.
  bool is_named_by(std::string_view protocol) const;

  /// Returns the traits of a protocol that such workers speak, or nullptr.
  const protocol_traits* traits_of(std::string_view protocol) const;

  /// Returns why pools of this kind have no `key`; empty if they have.
  std::string_view refusal_of(std::string_view key) const;

  /// Makes `p`, whose keys were read, a pool of this kind.
  void apply_to(pool& p) const;
};

/// The kinds of workers that a configuration may name.
class worker_kinds {
public:
  /// Adds a kind; one of the same name is replaced.
  void add(worker_kind kind);

  /// Returns the kind that a pool with this `protocol` has, or nullptr.
  const worker_kind* find(std::string_view protocol) const;

  /// Returns the kind that a pool has whose key is `named_by`, if `has(key)` says that it
  /// is there, or nullptr.
  const worker_kind*
  find_by_key(const std::function<bool(std::string_view key)>& has) const;

  /// Returns what `protocol` may be, comma-separated, for messages.
  std::string names() const;

  const std::vector<worker_kind>& all() const noexcept { return all_; }

private:
  std::vector<worker_kind> all_;
};

} // namespace troupe::config
