#pragma once

#include "tests/program/harness/node_process.hpp"

namespace program {

/// Returns a pool of the worker that can do everything the protocol knows.
/// @param keys Further lines of the pool.
inline std::string willing(const std::string& name, const std::string& keys = {},
                           const std::string& flag = {}) {
  return pool_of(name, {"python3", WILLING_WORKER, flag.empty() ? "-" : flag}, keys);
}

} // namespace program
