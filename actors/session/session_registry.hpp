#pragma once

#include "actors/session/session.hpp"

#include <filesystem>
#include <memory>
#include <string>
#include <variant>
#include <vector>

struct sqlite3;

namespace troupe {

/// The sessions of a node on disk: a SQLite database, written at each step before anybody
/// is told of it, so that a node which is killed at any moment leaves one that opens and
/// is true. Each function takes as long as the file system does; for one thread at a
/// time.
class session_registry {
public:
  /// Opens the database at `path`, or makes it. Returns why that fails, for a person.
  static std::variant<session_registry, std::string>
  open(const std::filesystem::path& path);

  session_registry(session_registry&&) = default;
  session_registry& operator=(session_registry&&) = default;

  /// Something that happened in a session.
  struct moment {
    std::string_view what;
    /// JSON text.
    std::string_view payload;
  };

  /// Returns every session there is, without whoever waits for it; or what is wrong.
  std::variant<std::vector<session>, std::string> load();

  /// Writes how `s` stands and what brought it there, both or neither. Returns what went
  /// wrong, if anything.
  std::optional<std::string> save(const session& s, const moment& last);

  /// Forgets a session and its history.
  std::optional<std::string> remove(const std::string& id);

  /// Returns what happened in a session, the oldest first, as a JSON array of
  /// `{"at","event","payload"}`, `at` in milliseconds since 1970; or what is wrong.
  std::variant<std::string, fault> history(const std::string& id);

private:
  struct closer {
    void operator()(sqlite3* db) const;
  };

  explicit session_registry(sqlite3* db)
    : db_(db) {}

  std::optional<std::string> set_up();
  std::optional<std::string> run(const char* sql);
  std::string failure() const;
  bool write(const session& s);
  bool append(const session& s, const moment& m);

  std::unique_ptr<sqlite3, closer> db_;
};

} // namespace troupe
