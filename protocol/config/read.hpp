#pragma once

#include "protocol/config/protocol_table.hpp"
#include "protocol/config/reader.hpp"

#include <filesystem>

/// The keys of each part of the file: their names, forms and ranges.
namespace troupe::config {

/// The longest duration that a key takes. Longer is a slip of the unit; it also keeps
/// deadlines far from overflowing.
inline constexpr milliseconds longest = std::chrono::hours{366 * 24};

void read_node(section s, node& out);
void read_http(section s, http& out);
void read_socket(section s, socket& out);
void read_session(section s, session& out);

/// Reads `[pool.NAME]`.
/// @param folder The configuration file's folder, absolute: `cwd` is relative to it.
/// @param known The protocols that it may name.
void read_pool(section& s, const std::filesystem::path& folder,
               const protocol_table& known, pool& out);

/// Reads `[pool.NAME.terminal]` and refuses what makes no sense for workers on terminals.
void read_terminal(section& s, pool& out);

/// Reads `size` alone, which must be there, into a pool that is otherwise complete.
void read_new_size(section& s, pool& out);

} // namespace troupe::config
