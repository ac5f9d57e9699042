#pragma once

#include <boost/json/object.hpp>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

/// What a configuration says of behaviours that are no workers of a pool.
namespace troupe::config {

/// `[follower.NAME]`: is told of the node's events.
struct follower {
  std::string name;
  std::string behaviour;
  /// The kinds of events that it is told of.
  std::vector<std::string> events;
  /// The most events of one batch.
  uint32_t batch = 100;
  /// Events that wait, and their bytes. Beyond, the oldest are dropped.
  uint32_t queue_limit = 10'000;
  uint64_t queue_bytes = 8 * 1024 * 1024;
  /// For the behaviour, which has let them pass.
  boost::json::object options;
  /// What paths in the options are relative to: the folder of the file.
  std::filesystem::path folder;

  bool operator==(const follower&) const = default;
};

/// `[operation.NAME]`: the node has this operation, too.
struct operation {
  std::string name;
  std::string behaviour;
  /// The most that a call may take.
  std::chrono::milliseconds timeout{30'000};
  /// For the behaviour, which has let them pass.
  boost::json::object options;

  bool operator==(const operation&) const = default;
};

} // namespace troupe::config
