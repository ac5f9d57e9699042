#pragma once

#include "protocol/base/result.hpp"
#include "protocol/config/config.hpp"
#include "protocol/config/known_kinds.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace troupe::config {

/// One thing wrong with a configuration.
struct mistake {
  /// The file, or `--set` for what came from the command line.
  std::string file;
  /// Counted from 1; 0 where there is none.
  uint32_t line = 0;
  /// The key with its tables, e.g. `pool.echo.size`; empty for a syntax error.
  std::string key;
  /// Says what is wrong and what would be right.
  std::string message;
};

/// All that is wrong with a configuration: why reading it fails.
using mistake_list = std::vector<mistake>;

/// Returns `file:line: key: message`.
std::string to_string(const mistake& m);

/// What a service manager has prepared for a node: it holds where the configuration does
/// not say otherwise.
struct service_defaults {
  std::filesystem::path state_dir = node{}.state_dir;
  /// The unix socket for clients. Relative to the state directory.
  std::filesystem::path socket = troupe::config::socket{}.path;
  /// Whether there is an API key, so that others than this machine may be let in.
  bool has_api_key = false;
};

/// Reads TOML text. Reports every mistake, not the first alone.
/// @param text The content of the file.
/// @param path The file's path, for messages and for the default `cwd` (its folder).
/// @param overrides `key=value` pairs that take precedence, e.g. `pool.echo.size=4`; the
/// value is TOML, or a bare word for a string.
/// @param known What the file may name.
result<file, mistake_list> parse(std::string_view text, const std::filesystem::path& path,
                                 const known_kinds& known,
                                 const std::vector<std::string>& overrides = {},
                                 const service_defaults& defaults = {});

/// Reads the file at `path`; a file that cannot be read is a mistake too.
result<file, mistake_list> load(const std::filesystem::path& path,
                                const known_kinds& known,
                                const std::vector<std::string>& overrides = {},
                                const service_defaults& defaults = {});

/// As `load`, for a file that was read before. What can be read only once, such as a
/// pipe, is a mistake, and is not waited for.
result<file, mistake_list> load_again(const std::filesystem::path& path,
                                      const known_kinds& known,
                                      const std::vector<std::string>& overrides = {},
                                      const service_defaults& defaults = {});

/// Returns the absolute folder of the file at `path`: what a pool's `cwd` is relative to.
std::filesystem::path folder_of(const std::filesystem::path& path);

/// Reads one pool from the members of a JSON object: the same keys, with the same forms,
/// as those of `[pool.NAME]`. A member `name` is ignored.
/// @param folder What `cwd` is relative to, absolute.
result<pool, mistake_list> pool_from_json(std::string name, std::string_view members,
                                          const std::filesystem::path& folder,
                                          const worker_kinds& known);

/// Returns `p` with the `size` of a JSON object: a number, or `{"min","max","idle"}`.
result<pool, mistake_list> resized(pool p, std::string_view members);

} // namespace troupe::config
