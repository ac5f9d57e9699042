#include "protocol/config/user_account.hpp"

#include <grp.h>
#include <pwd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace troupe::config {

namespace {

/// Bytes of an entry, or groups of a user, beyond which something is wrong.
constexpr size_t most_entry_bytes = 16 * 1024 * 1024;
constexpr size_t most_groups = 65'536; // the kernel's limit as well

/// Returns the groups of a user, the primary one among them.
std::vector<gid_t> groups_of(const std::string& name, gid_t primary) {
  std::vector<gid_t> groups(64);
  for (;;) {
    auto count = static_cast<int>(groups.size());
    auto fits = ::getgrouplist(name.c_str(), primary, groups.data(), &count) >= 0;
    if (fits) {
      groups.resize(static_cast<size_t>(count));
      return groups;
    }
    if (groups.size() >= most_groups)
      return groups;
    groups.resize(std::max(groups.size() * 2, static_cast<size_t>(count)));
  }
}

} // namespace

result<user_account, std::string> find_account(const std::string& name) {
  passwd entry{};
  passwd* found = nullptr;
  std::vector<char> text(1024);
  int error;
  while ((error = ::getpwnam_r(name.c_str(), &entry, text.data(), text.size(), &found))
             == ERANGE
         && text.size() < most_entry_bytes)
    text.resize(text.size() * 2);
  if (!found)
    return failure("no user '" + name + "' on this machine"
                   + (error != 0 ? std::string{": "} + std::strerror(error) : ""));
  return user_account{
      entry.pw_uid, entry.pw_gid, groups_of(name, entry.pw_gid),
      name,         entry.pw_dir, *entry.pw_shell ? entry.pw_shell : "/bin/sh"};
}

} // namespace troupe::config
