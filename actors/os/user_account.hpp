#pragma once

#include "actors/os/spawner.hpp"
#include "protocol/base/result.hpp"

#include <string>

namespace troupe::os {

/// A user of this machine, as a program that runs as that user needs it.
struct user_account {
  run_as who;
  std::string name;
  std::string home;
  std::string shell;
};

/// Returns the account of a user, with all of its groups; the reason of a failure is for
/// a person.
result<user_account, std::string> find_account(const std::string& name);

} // namespace troupe::os
