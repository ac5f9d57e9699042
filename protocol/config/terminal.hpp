#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace troupe::config {

using std::chrono::milliseconds;
using namespace std::chrono_literals;

/// The members of a request to spawn a program, beside its command.
struct spawned_program {
  /// As it is shown; empty: as its pool is called.
  std::string name;
  std::string model;
  std::string team;
  /// The channels whose messages it gets.
  std::vector<std::string> channels;

  bool operator==(const spawned_program&) const = default;
};

/// How workers on terminals are shown and typed to.
struct terminal {
  uint16_t rows = 24;
  uint16_t columns = 80;
  /// Lines kept of those that left the screen.
  uint32_t scrollback = 1000;
  /// A message is typed once nothing was printed for so long.
  milliseconds settle = 300ms;
  /// A fresh program that is not yet quiet, or has printed nothing, is waited for no
  /// longer than this.
  milliseconds boot = 10s;
  /// Between a message and the return key.
  milliseconds pace = 100ms;
  /// Silence after which it is reported as idle; 0: never.
  milliseconds idle_after = 0ms;
  /// Made by a request for one program: goes when that ends.
  bool spawned = false;
  spawned_program request;

  bool operator==(const terminal&) const = default;
};

} // namespace troupe::config
