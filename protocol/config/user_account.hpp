#pragma once

#include "protocol/base/result.hpp"

#include <sys/types.h>

#include <memory>
#include <string>
#include <vector>

namespace troupe::config {

/// A user of this machine, as a program that runs as that user needs it.
struct user_account {
  uid_t user = 0;
  /// The primary group, which is among `groups`.
  gid_t group = 0;
  std::vector<gid_t> groups;
  std::string name;
  std::string home;
  std::string shell;
};

/// Returns the account of a user, with all of its groups; the reason of a failure is for
/// a person. May take long: a look-up may ask a server.
result<user_account, std::string> find_account(const std::string& name);

/// The account of a pool's user, as it was when the pool was read; nullptr if it was not
/// looked up. It is no part of a configuration: any two are equal.
struct known_account {
  std::shared_ptr<const user_account> found;

  bool operator==(const known_account&) const noexcept { return true; }
};

} // namespace troupe::config
