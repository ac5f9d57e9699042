#pragma once

#include "protocol/base/result.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <variant>

namespace troupe::preload {

/// The version of the protocol between a node and a preloaded process.
inline constexpr uint64_t version = 1;

/// The variable that tells a program that it is to fork workers, and the number of the
/// descriptor through which it talks to the node.
inline constexpr std::string_view descriptor_variable = "TROUPE_PRELOAD_FD";

/// Bytes of the longest packet. A fork needs a few hundred, and the variables of the pool
/// that differ from worker to worker.
inline constexpr std::size_t longest_packet = 64 * 1024;

/// Variables by name.
using variables = std::map<std::string, std::string, std::less<>>;

/// The process has loaded its program.
struct ready {
  bool operator==(const ready&) const = default;
};

/// A worker was forked.
struct forked {
  /// Of the request.
  uint64_t id = 0;
  int64_t pid = 0;

  bool operator==(const forked&) const = default;
};

/// No worker was forked.
struct failed {
  /// Of the request.
  uint64_t id = 0;
  /// The reason, for a person.
  std::string message;

  bool operator==(const failed&) const = default;
};

/// What a preloaded process says.
using message = std::variant<ready, forked, failed>;

/// Reads a packet of a preloaded process; fails with what is wrong with it, for a person.
result<message, std::string> read_message(std::string_view packet);

/// Returns the packet that asks for a worker.
/// @param id Is in the answer.
/// @param changed The variables of the worker that differ from those of the process.
/// @param descriptors How many come with the packet: they become 0, 1, 2, ….
std::string write_fork(uint64_t id, const variables& changed, size_t descriptors);

} // namespace troupe::preload
