#pragma once

#include "actors/os/spawner.hpp"

#include <string>
#include <variant>

namespace troupe::os {

/// A user of this machine, as a program that runs as that user needs it.
struct user_account {
  run_as who;
  std::string name;
  std::string home;
  std::string shell;
};

/// Returns the account of a user, with all of its groups, or why there is none, for a
/// person.
std::variant<user_account, std::string> find_account(const std::string& name);

} // namespace troupe::os
