#pragma once

#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace troupe::commands {

/// The nodes of a cluster whose events are followed, and up to which event: each node
/// counts its own. Thread-safe.
class followed_nodes {
public:
  /// Whom to follow from now on.
  struct order {
    std::string node;
    /// `$node`, or that of another node.
    std::string target;
    /// As in the payload of an `events` call.
    std::string since;
  };

  /// Takes the answer to `nodes` and returns the nodes that are to be followed and are
  /// not yet. Those that are there at first are followed from now on; one that comes
  /// later from its first event; one that comes back from where it was lost, or from its
  /// first event if it was started anew.
  std::vector<order> take(std::string_view answer);

  /// Events of the node were read up to this number.
  void note(const std::string& node, std::string_view next);

  /// The node is not followed any more: it is gone, for a while perhaps.
  void lose(const std::string& node);

private:
  struct entry {
    std::string next;
    /// Which run of the node counts so.
    std::string incarnation;
    bool is_followed = false;
  };

  std::mutex mutex_;
  std::map<std::string, entry> nodes_;
  bool is_first_ = true;
};

} // namespace troupe::commands
