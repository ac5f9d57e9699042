#pragma once

#include "actors/cluster/turn_end.hpp"
#include "actors/interfaces/callee_actor.hpp"

#include <atomic>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace troupe::cluster {

/// Where the outcomes of a peer's calls go: they are gathered until the end of the turn.
/// The tag of a call is what the peer knows it by. Thread-safe.
class gate_sink final : public reply_sink {
public:
  /// An outcome, or a part of a streamed one.
  struct arrival {
    tag_id tag;
    std::variant<call_result, shared_bytes> what;
    /// Of a part.
    std::shared_ptr<stream_flow> flow;
  };

  /// @param out Takes what was gathered.
  /// @param node The peer's name.
  gate_sink(std::shared_ptr<turn_end> out, std::string node)
    : out_(std::move(out))
    , node_(std::move(node)) {}

  void settle(tag_id tag, call_result result) override {
    add({tag, std::move(result), nullptr});
  }
  void chunk(tag_id tag, shared_bytes payload,
             std::shared_ptr<stream_flow> flow) override {
    add({tag, std::move(payload), std::move(flow)});
  }
  bool is_behind() const noexcept override { return behind_; }
  call_origin origin() const override { return {caller_kind::node, node_}; }

  /// The peer takes less than it is sent: its calls should not start. Returns whether
  /// that is new.
  bool set_behind(bool behind) { return behind_.exchange(behind) != behind; }

  /// Takes what was gathered.
  /// @param into Its space is used for what comes. It may be empty.
  void take(std::vector<arrival>& into);

  /// The peer is gone: nothing is gathered any more, and no worker waits for it.
  void close();

private:
  void add(arrival&& a);

  std::shared_ptr<turn_end> out_;
  std::string node_;
  std::atomic<bool> behind_{false};
  std::mutex mutex_;
  std::vector<arrival> all_;
  bool closed_ = false;
};

} // namespace troupe::cluster
