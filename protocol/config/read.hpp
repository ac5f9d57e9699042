#pragma once

#include "protocol/config/protocol_table.hpp"
#include "protocol/config/reader.hpp"

#include <filesystem>

/// The keys of each part of the file: their names, forms and ranges.
namespace troupe::config {

void read_node(section s, node& out);
void read_http(section s, http& out);
void read_socket(section s, socket& out);
void read_session(section s, session& out);

/// Reads `[pool.NAME]`.
/// @param folder The configuration file's folder, absolute: `cwd` is relative to it.
/// @param known The protocols that it may name.
void read_pool(section& s, const std::filesystem::path& folder,
               const protocol_table& known, pool& out);

/// Reads `size` alone, which must be there, into a pool that is otherwise complete.
void read_new_size(section& s, pool& out);

} // namespace troupe::config
