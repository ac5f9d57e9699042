#pragma once

#include "actors/loop/unique_fd.hpp"
#include "protocol/base/result.hpp"

#include <sys/stat.h>

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace troupe::front::web {

/// What a request for a file says. Headers that are not there are empty.
struct file_request {
  std::string_view method;
  /// As in the request line, with a query or without.
  std::string_view target;
  std::string_view if_match = {};
  std::string_view if_none_match = {};
  std::string_view if_modified_since = {};
  std::string_view if_unmodified_since = {};
  std::string_view if_range = {};
  std::string_view range = {};
};

/// The answer to a request for a file: 200, 206, 304, 412 or 416.
struct file_answer {
  unsigned status = 200;
  /// All but `Content-Length`.
  std::vector<std::pair<std::string, std::string>> headers;
  /// The body is read from here. None if the answer has none.
  loop::unique_fd file;
  uint64_t offset = 0;
  /// Bytes of the body, also for a HEAD. The file may become shorter while it is read:
  /// then the connection has to be closed.
  uint64_t length = 0;
};

/// Files that a web front serves by itself, from one folder and nowhere else. The folder,
/// or a link to it, may be replaced by another one at any time. Safe to use from several
/// threads.
class static_files {
public:
  /// @param forbid Endings of names, in lower case, that the application has for itself.
  /// Fails if there is no such folder; the reason is for a person.
  static result<static_files, std::string> open(const std::filesystem::path& folder,
                                                std::vector<std::string> forbid);

  /// Returns the answer if there is a file for this request, or nothing: then it is for
  /// the application. That is so for methods other than GET and HEAD, folders, names that
  /// begin with a dot, endings that are forbidden, and all that leads out of the folder.
  std::optional<file_answer> find(const file_request& request) const;

private:
  static_files(std::filesystem::path folder, std::vector<std::string> forbid);

  static file_answer answer(const file_request& request, std::string_view path,
                            const struct stat& info, loop::unique_fd file);

  std::filesystem::path folder_;
  std::vector<std::string> forbid_;
};

} // namespace troupe::front::web
