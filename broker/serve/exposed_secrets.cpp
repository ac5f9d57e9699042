#include "broker/serve/exposed_secrets.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <cstdio>
#include <string>
#include <utility>

namespace troupe::serve {

namespace {

/// Returns what others may do with a file that its owner has to prevent.
mode_t excess_of(const struct stat& info) {
  // The usual way to let a service read a key that it must not change.
  auto shared_by_root = info.st_uid == 0 && info.st_gid != 0;
  return info.st_mode & (shared_by_root ? 0027 : 0077);
}

/// Adds a warning to `out` if `path`, which the key `named` is about, is open to others.
void look_at(const std::filesystem::path& path, const std::string& file,
             std::string named, config::mistake_list& out) {
  struct stat info {};
  if (::stat(path.c_str(), &info) != 0 || !S_ISREG(info.st_mode) || excess_of(info) == 0)
    return;
  char mode[8];
  std::snprintf(mode, sizeof mode, "%04o", static_cast<unsigned>(info.st_mode & 07777));
  out.push_back({file, 0, std::move(named),
                 "'" + path.string() + "' holds a secret and has mode " + mode
                     + ", so other users may read or change it: let it belong to the "
                       "user of the node, with chmod 600"});
}

/// Returns whether a key of HTTP stands in the file.
/// @param named The key of the configuration; `value` is what was read for it.
bool is_key_in_file(const config_source& source, std::string_view named,
                    const std::string& value) {
  return !source.file.empty() && !value.empty()
         && std::none_of(source.overrides.begin(), source.overrides.end(),
                         [named](auto& o) { return o.starts_with(named); });
}

} // namespace

config::mistake_list find_exposed_secrets(const config_source& source,
                                          const config::file& read) {
  config::mistake_list all;
  if (is_key_in_file(source, "http.api_key", read.http.api_key))
    look_at(source.file, source.file, "http.api_key", all);
  else if (is_key_in_file(source, "http.view_key", read.http.view_key))
    look_at(source.file, source.file, "http.view_key", all);
  if (read.http.tls)
    look_at(read.http.tls->key, source.file, "http.tls.key", all);
  for (auto& web : read.webs)
    if (web.tls)
      look_at(web.tls->key, source.file, "web." + web.name + ".tls.key", all);
  if (read.cluster.tls)
    look_at(read.cluster.tls->key, source.file, "cluster.tls.key", all);
  return all;
}

} // namespace troupe::serve
