#pragma once

#include "actors/os/process_table.hpp"

#include <sys/types.h>

#include <chrono>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>

namespace troupe::os {

/// How the node treats a child of its own that no worker is known to have started.
enum class strangers : uint8_t {
  /// The process belongs to another program, which has a node in it: that program alone
  /// waits for its children, and orphans of workers do not become its children. Orphans
  /// are known by their marks, wherever they are.
  ignore,
  /// The process has other children than workers: such a child is left alone.
  spare,
  /// Such a child is an orphan of a worker and has hidden its origin: it is ended once
  /// no living worker can have started it.
  end,
};

/// The end of a child: its status as of `waitpid`, and the CPU time that it has used,
/// with descendants that it waited for.
struct reaped_child {
  int status = 0;
  std::chrono::milliseconds cpu{0};
};

/// The children that a node has started, and whose each other child is. A node is a
/// subreaper, so the orphans of its workers become its children. Thread-safe.
///
/// Each child that is started has a number of its own, which is in its mark
/// (`worker_mark.hpp`).
class offspring {
public:
  /// @param node The first half of the marks.
  /// @param is_helper Whether a process may be a child that is the node's own, and no
  /// worker. Thread-safe, and may be called with the lock of this object.
  offspring(std::string node, strangers others, std::function<bool(pid_t)> is_helper)
    : node_(std::move(node))
    , others_(others)
    , is_helper_(std::move(is_helper)) {}

  /// A child is about to be made. Returns its number. Until `born` or `not_born` no child
  /// is taken for an orphan.
  uint64_t expect();
  void born(uint64_t number, const process_entry& child);
  void not_born(uint64_t number);

  /// A process that another node started is this one's from now on.
  void adopt(const process_entry& child);

  /// The child has ended: reaps it. What it has left behind belongs to nobody from now
  /// on.
  reaped_child bury(pid_t pid);

  /// The node does not care for the child any more, whether it has ended or not.
  void forget(pid_t pid);

  /// The child is to outlive the node, with all that it has started.
  void leave(pid_t pid);

  /// Returns the number of a living child; nothing for one that was adopted.
  std::optional<uint64_t> number_of(pid_t pid) const;

  /// Whether a living child has this number, or one that was left.
  bool is_known(pid_t pid) const;

  /// Reaps ended children that were not started by the node; not while a child is being
  /// made.
  void reap_others();

  /// Whether `reap_others` was called while a child was being made, and not since. (The
  /// kernel looks at every child for it: not once for each start.)
  bool was_asked_to_reap();

  /// Returns how many children are alive, or about to be.
  size_t alive() const;

  /// The node ends: all children that were not left are over, even those that are alive.
  void end_all();

  /// A look at the orphans begins, which will see those of all that has ended before.
  void begin_sweep();

  /// Whether all orphans are children of this process; else they may be any process.
  bool are_all_children() const noexcept;

  /// Whether `p` is to be ended: it is an orphan, and no living child has started it.
  /// @param p A child of this process, or any if `are_all_children` says no.
  /// @param mark What its environment says.
  bool is_left_behind(const process_entry& p, const std::optional<std::string>& mark);

  /// Whether, since `begin_sweep`, some process could not be judged because a child was
  /// being made.
  bool was_unsure() const;

private:
  struct member {
    /// 0 for one that was adopted.
    uint64_t number = 0;
    uint64_t started = 0;
    /// Its orphans become children of the node.
    bool is_own = true;
  };

  bool may_have_started(const std::map<pid_t, member>& those,
                        const process_entry& p) const;

  const std::string node_;
  const strangers others_;
  const std::function<bool(pid_t)> is_helper_;
  mutable std::mutex mutex_;
  /// Children that are being made and have no entry yet.
  size_t births_ = 0;
  uint64_t last_number_ = 0;
  std::map<pid_t, member> alive_;
  std::map<pid_t, member> left_;
  /// Of all that is alive, left, or about to be born.
  std::set<uint64_t> numbers_;
  /// The `setsid` groups of children that have ended since the last look, and before.
  std::set<pid_t> ended_;
  std::set<pid_t> ended_before_;
  bool unsure_ = false;
  bool asked_to_reap_ = false;
};

} // namespace troupe::os
