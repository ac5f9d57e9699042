#include "protocol/config/user_account.hpp"

#include <boost/test/unit_test.hpp>

#include <pwd.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

using namespace troupe;
using namespace troupe::config;

namespace user_accounts {

constexpr int not_allowed = 77;

/// Adds lines to a file of the system, for the calling process alone.
bool extend(const std::filesystem::path& file, const std::filesystem::path& copy,
            const std::string& lines) {
  std::filesystem::copy_file(file, copy);
  std::ofstream{copy, std::ios::app} << lines;
  return ::mount(copy.c_str(), file.c_str(), nullptr, MS_BIND, nullptr) == 0;
}

/// Returns how many groups are found of a user with 71. For a process of its own.
int count_groups(const std::filesystem::path& folder) {
  if (::unshare(CLONE_NEWNS) != 0
      || ::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0)
    return not_allowed;
  std::string groups;
  for (int i = 0; i < 70; ++i)
    groups += "test-" + std::to_string(i) + ":x:" + std::to_string(5000 + i) + ":many\n";
  if (!extend("/etc/passwd", folder / "passwd",
              "many:x:4242:4242:" + std::string(3000, 'x') + ":/home/many:\n")
      || !extend("/etc/group", folder / "group", groups))
    return not_allowed;
  auto account = find_account("many");
  if (!account || account->home != "/home/many" || account->shell != "/bin/sh"
      || account->user != 4242)
    return 1;
  return static_cast<int>(account->groups.size());
}

} // namespace user_accounts

BOOST_AUTO_TEST_SUITE(user_accounts)

BOOST_AUTO_TEST_CASE(an_account_has_what_a_program_of_its_user_needs) {
  auto own = ::getpwuid(::geteuid());
  BOOST_REQUIRE(own);
  auto account = find_account(own->pw_name);
  BOOST_REQUIRE(account.has_value());
  BOOST_TEST(account->user == own->pw_uid);
  BOOST_TEST(account->group == own->pw_gid);
  BOOST_TEST(!account->groups.empty());
  BOOST_TEST(account->home == own->pw_dir);
}

BOOST_AUTO_TEST_CASE(a_user_that_does_not_exist_is_told) {
  auto found = find_account("no-such-user");
  BOOST_REQUIRE(!found);
  BOOST_TEST(found.error() == "no user 'no-such-user' on this machine");
}

BOOST_AUTO_TEST_CASE(a_user_has_all_of_its_groups_however_many) {
  auto folder = (std::filesystem::temp_directory_path() / "troupe-XXXXXX").string();
  BOOST_REQUIRE(::mkdtemp(folder.data()));
  auto pid = ::fork();
  if (pid == 0)
    ::_exit(count_groups(folder));
  int status = 0;
  BOOST_REQUIRE(::waitpid(pid, &status, 0) == pid);
  std::filesystem::remove_all(folder);
  BOOST_REQUIRE(WIFEXITED(status));
  if (WEXITSTATUS(status) == not_allowed)
    return; // only root may mount
  BOOST_TEST(WEXITSTATUS(status) == 71);
}

BOOST_AUTO_TEST_SUITE_END()
