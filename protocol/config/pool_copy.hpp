#pragma once

#include "protocol/base/result.hpp"
#include "protocol/config/config.hpp"

#include <string>
#include <string_view>

/// Copies of a pool for one client each: one worker, which is not replaced when it ends
/// and goes when it is idle.
namespace troupe::config {

/// Returns whether it may tell copies apart: 16 hexadecimal digits.
bool is_copy_id(std::string_view id);

/// Returns the name of the copy of the pool `of`. A name that is long is cut.
/// @pre `is_copy_id(id)`
std::string copy_name(std::string_view of, std::string_view id);

/// Returns the name under which metrics count a pool: that of the pool it is a copy of,
/// or its own.
inline const std::string& counted_as(const pool& p) {
  return p.is_copy() ? p.copy_of : p.name;
}

/// Returns the copy of `of`, whose workers speak JSON-RPC.
/// @param idle Since its last call: its worker ends.
/// @param initialize The params with which the client began, as JSON text. The name of
/// the client and the version that it speaks are those of the greeting. Its capabilities
/// are not: requests of servers do not reach clients.
/// @pre `is_copy_id(id)`
pool copy_for(const pool& of, std::string_view id, milliseconds idle,
              std::string_view initialize);

} // namespace troupe::config
