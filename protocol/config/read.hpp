#pragma once

#include "protocol/base/limits.hpp"
#include "protocol/config/known_kinds.hpp"
#include "protocol/config/reader.hpp"
#include "protocol/config/worker_kind.hpp"

#include <filesystem>

/// The keys of each part of the file: their names, forms and ranges.
namespace troupe::config {

/// The longest duration that a key takes. Longer is a slip of the unit.
inline constexpr milliseconds longest = troupe::limits::longest_duration;

/// @param folder The configuration file's folder, absolute: plugins and files of `tls`
/// are relative to it, here and below.
/// @param known Gets the plugins.
void read_node(section s, const std::filesystem::path& folder, const known_kinds& known,
               const service_defaults& from, node& out);
void read_http(section s, const std::filesystem::path& folder,
               const service_defaults& from, http& out);
void read_socket(section s, const service_defaults& from, socket& out);
void read_session(section s, session& out);
void read_trace(section s, trace& out);
void read_metrics(section& s, metrics_options& out);
void read_cluster(section& s, const std::filesystem::path& folder, cluster& out);

/// Reads `[follower]`, with a table for each follower.
/// @param folder The configuration file's folder, absolute.
/// @param known The behaviours that followers may have.
void read_followers(section s, const std::filesystem::path& folder,
                    const behaviour_table& known, std::vector<follower>& out);

/// Reads `[operation]`, with a table for each operation.
void read_operations(section s, const known_kinds& known, std::vector<operation>& out);

/// Reads the path of a file that must be named.
/// @param what Said of one that is missing.
void read_pem(section& s, std::string_view key, const std::filesystem::path& folder,
              const char* what, std::filesystem::path& out);

/// Reads `tls` of `[http]` or of `[web.NAME]`.
void read_http_tls(section& s, const std::filesystem::path& folder,
                   std::optional<http_tls>& out);

/// Returns `text` with its letters of ASCII in lower case.
std::string lower_case(std::string text);

/// Reads `allow_origins` of `[http]` or of `[web.NAME]`, in lower case.
void read_origins(section& s, std::vector<std::string>& out);

/// Reads `[web]`, with a table for each web front. @pre The rest of `out` is read.
void read_webs(section s, const std::filesystem::path& folder, file& out);

/// Reads `[pool.NAME]`.
/// @param folder The configuration file's folder, absolute: `cwd` is relative to it.
/// @param known The kinds of workers that it may have.
void read_pool(section& s, const std::filesystem::path& folder, const worker_kinds& known,
               pool& out);

/// Reads `size` alone, which must be there, into a pool that is otherwise complete.
void read_new_size(section& s, pool& out);

// -- what depends on the pool's protocol (read_protocol.cpp) ---------------------------

/// Returns the kind of worker that the pool's protocol names. A protocol that is a
/// mistake is reported by `read_protocol`; the rest is then read as of a process.
worker_kind find_kind(section& s, const worker_kinds& known);

/// Reports `key` if pools of this kind have none.
/// @param path The key with its table, as `worker_kind::refuses` has it.
void refuse(section& s, std::string_view key, const worker_kind& kind,
            std::string_view path);

/// Reads `protocol` and `transport`.
void read_protocol(section& s, const worker_kinds& known, const worker_kind& kind,
                   pool& out);

/// Holds the pool to what its protocol can carry.
void check_protocol(section& s, const worker_kind& kind, const pool& p);

/// Reads what only pools of this kind have, and refuses what only others have.
void read_own(section& s, const worker_kinds& known, const worker_kind& kind, pool& out);

/// Reads `jsonrpc`.
void read_jsonrpc(section& s, pool& out);

/// Reads `slow` and `slow_command`.
void read_slow(section& s, const worker_kind& kind, pool& out);

/// Reads whether the pool's workers can be found again once their pipes are gone.
void read_survive(section& s, const worker_kind& kind, pool& out);

} // namespace troupe::config
