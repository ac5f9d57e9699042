#pragma once

#include "actors/session/session_registry.hpp"

#include <boost/test/unit_test.hpp>
#include <sqlite3.h>

#include <filesystem>
#include <string>
#include <vector>

#include <unistd.h>

namespace troupe::testing {

using namespace session;

/// A registry in a folder of its own, which goes with the test.
struct registry_fixture {
  registry_fixture() {
    auto name = (std::filesystem::temp_directory_path() / "registry.XXXXXX").string();
    folder = ::mkdtemp(name.data());
    path = folder / "sessions.db";
  }
  ~registry_fixture() { std::filesystem::remove_all(folder); }

  session_registry open() const {
    auto r = session_registry::open(path);
    if (!r)
      BOOST_FAIL(r.error());
    return *std::move(r);
  }

  std::string refusal() const {
    auto r = session_registry::open(path);
    BOOST_REQUIRE(!r.has_value());
    return r.error();
  }

  /// What another process would find there now.
  std::vector<session_entry> load() const {
    auto r = open();
    return r.load().value();
  }

  static std::string history(session_registry& r, const std::string& id) {
    return r.history(id).value();
  }

  /// Runs SQL on the file, as another process would.
  void execute(const char* sql) const {
    sqlite3* db = nullptr;
    ::sqlite3_open(path.c_str(), &db);
    BOOST_TEST(::sqlite3_exec(db, sql, nullptr, nullptr, nullptr) == SQLITE_OK);
    ::sqlite3_close(db);
  }

  std::filesystem::path folder;
  std::filesystem::path path;
};

} // namespace troupe::testing
