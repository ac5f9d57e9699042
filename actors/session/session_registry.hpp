#pragma once

#include "actors/session/session.hpp"
#include "protocol/base/limits.hpp"
#include "protocol/base/result.hpp"

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

struct sqlite3;

namespace troupe::session {

/// The sessions of a node on disk: a SQLite database, written at each step before anybody
/// is told of it, so that a node which is killed at any moment leaves one that opens and
/// is true. Each function takes as long as the file system does; for one thread at a
/// time.
class session_registry {
public:
  /// Opens the database at `path`, or makes it, and sees that it can be written. Returns
  /// why that fails, for a person.
  /// @param patience How long a request waits for another process that locks it. After
  /// one that waited in vain, the next ones fail at once for a while: whoever asks is
  /// not kept waiting for each.
  static result<session_registry, std::string>
  open(const std::filesystem::path& path,
       std::chrono::milliseconds patience = limits::registry_patience);

  session_registry(session_registry&&) = default;
  session_registry& operator=(session_registry&&) = default;

  /// Something that happened in a session.
  struct moment {
    std::string_view what;
    /// JSON text.
    std::string_view payload;
  };

  /// Returns every session of the record, or why that fails. None has a caller that
  /// waits.
  result<std::vector<session_entry>, std::string> load();

  /// Writes how `s` stands and what brought it there, both or neither. Fails with
  /// `unavailable` where another process locks it, else with `internal`.
  result<> save(const session_entry& s, const moment& last);

  /// Forgets a session and its history. Fails as `save` does.
  result<> remove(const std::string& id);

  /// Returns what happened in a session, the oldest first, as a JSON array of
  /// `{"at","event","payload"}`, `at` in milliseconds since 1970; or what is wrong.
  result<std::string> history(const std::string& id);

private:
  struct closer {
    void operator()(sqlite3* db) const;
  };

  session_registry(sqlite3* db, std::chrono::milliseconds patience)
    : db_(db)
    , patience_(patience) {}

  result<void, std::string> set_up();
  result<void, std::string> run(const char* sql);
  /// Returns what SQLite says of its last call.
  std::string last_error() const;
  /// Writes within one transaction, if it can.
  template <class F>
  result<> change(F write_all);
  void set_patience();
  bool write(const session_entry& s);
  bool append(const session_entry& s, const moment& m);

  std::unique_ptr<sqlite3, closer> db_;
  std::chrono::milliseconds patience_;
  /// Until when requests do not wait.
  steady_clock::time_point impatient_until_{};
};

} // namespace troupe::session
