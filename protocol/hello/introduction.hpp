#pragma once

#include "protocol/hello/refusal.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

namespace troupe::hello {

/// The versions of the protocol between nodes that a program speaks.
struct version_range {
  uint32_t oldest = 0;
  uint32_t newest = 0;

  bool operator==(const version_range&) const = default;
};

/// How a program speaks to other nodes, as far as that is a matter of its version. Tests
/// have programs of other versions than this one.
struct spoken_versions {
  /// A change that an older node would not understand raises `newest`; `oldest` follows
  /// one release later, so that adjacent releases work together.
  version_range range = {1, 1};
  /// What it adds to each message, as the member `more`, which older nodes ignore.
  std::string more = {};
};

/// How a node introduces itself.
struct introduction {
  std::string cluster;
  std::string node;
  /// Of this run of the node: grows with each.
  uint64_t incarnation = 0;
  version_range versions = spoken_versions{}.range;
  /// CAF's identifier of the node's process.
  std::string process;
  /// Between two heartbeats.
  std::chrono::milliseconds beat{0};
  /// Where others dial it, `host:port`; empty: it only dials.
  std::string advertise = {};
  /// The program's version, for people.
  std::string program = {};

  bool operator==(const introduction&) const = default;
};

/// Returns why the two cannot be of one cluster, as `own` tells it to `peer`. That they
/// have no other peers is assumed: whether a third one has the name is not asked here.
std::optional<refusal> mismatch(const introduction& own, const introduction& peer);

/// Returns the newest version that both speak. @pre They have one.
uint32_t common_version(const version_range& a, const version_range& b);

} // namespace troupe::hello
