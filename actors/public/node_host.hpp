#pragma once

#include "actors/interfaces/behaviour_registry.hpp"
#include "actors/node/node_runtime.hpp"
#include "actors/os/spawner.hpp"
#include "actors/public/call_desk.hpp"
#include "actors/public/host_folder.hpp"
#include "protocol/config/config.hpp"

#include <spdlog/logger.h>

#include <atomic>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>

namespace troupe {

/// What a node in a program is made from.
struct host_setup {
  config::file config;
  /// What relative paths of pools that come by request are relative to.
  std::filesystem::path folder;
  /// The protocols that pools may name, and the kinds of workers that they may have.
  std::shared_ptr<const wires::wire_registry> wires;
  std::shared_ptr<const worker_registry> kinds;
  followers::follower_list followers;
  /// Registers what plugins need at the actor system; may be empty.
  node::node_runtime::system_setup plugins = {};
  /// The program of the guardian; empty for a node that starts no processes.
  std::string guardian;
  node_hooks hooks;
  /// The behaviours that further operations are.
  std::shared_ptr<const behaviour_registry> behaviours = {};
  /// The operations of `$node`.
  std::shared_ptr<const node::operation_registry> operations =
      std::make_shared<const node::operation_registry>(node::built_in_operations());
};

/// A whole node in a program that is not Troupe's: what `troupe serve` sets up, without
/// fronts, signals or anything else that is the process's. Its threads get no signals.
/// For one thread, but for what is marked.
class node_host {
  struct private_tag {};

public:
  /// Starts a node; returns when its pools are known. Throws std::exception with the
  /// reason.
  static std::shared_ptr<node_host> start(host_setup setup);

  node_host(private_tag, const host_setup& setup);

  /// Ends it as `stop` does, with no patience.
  ~node_host();
  node_host(const node_host&) = delete;
  node_host& operator=(const node_host&) = delete;

  const std::string& name() const noexcept { return name_; }

  /// Drains the node, for at most `patience`, and ends it. Later calls do nothing.
  void stop(std::chrono::milliseconds patience);

  /// Begins a call. Fails if it is not of the form, or nobody answers to `to`; then
  /// `on_answer` is not called. Thread-safe.
  result<tag_id> begin(std::string_view to, call what, answer_handler on_answer,
                       part_handler on_part);

  /// Thread-safe.
  void cancel(tag_id which);

  /// Whether the calling thread is in a handler of a call. Thread-safe.
  bool is_in_handler() const { return desk_->is_in_handler(); }

  /// Null where the node is alone. Thread-safe until `stop`.
  const cluster::view* others() const noexcept { return others_.get(); }

private:
  void run(host_setup setup);
  node::node_context make_context(const host_setup& setup);
  void wait_for_pools();
  void watch();
  void fail(const fault& why);
  void drain(std::chrono::milliseconds patience);

  const std::string name_;
  const node_hooks hooks_;
  const std::shared_ptr<spdlog::logger> log_;
  const std::shared_ptr<call_desk> desk_;
  std::atomic<bool> failed_{false};
  std::atomic<bool> stopped_{false};
  host_folder folder_;
  /// Nothing if the node starts no processes.
  std::optional<os::guardian> guardian_;
  std::optional<os::spawner> processes_;
  std::optional<node::node_runtime> runtime_;
  std::shared_ptr<const cluster::view> others_;
  /// Watches the actors without which the node cannot work.
  caf::actor watcher_;
};

} // namespace troupe
