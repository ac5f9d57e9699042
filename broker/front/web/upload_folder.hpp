#pragma once

#include "actors/loop/unique_fd.hpp"
#include "protocol/base/result.hpp"

#include <sys/types.h>

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>

namespace troupe::front::web {

/// Who reads the files of uploads, if that is not this node's own user.
struct upload_reader {
  uid_t user = 0;
  gid_t group = 0;
};

/// A folder of a web front, in which files of uploads are while their requests run. It is
/// locked for as long as the node lives, so that the next one knows whose files nobody
/// will remove any more. Safe to use from several threads.
class upload_folder {
public:
  /// Removes the folders that dead nodes have left in `parent`, and makes one there;
  /// makes `parent` as well if it is missing. The reason of a failure is for a person.
  static result<std::shared_ptr<upload_folder>, std::string>
  make(const std::filesystem::path& parent, std::optional<upload_reader> reader = {});

  /// Removes the folder and what is in it.
  ~upload_folder();
  upload_folder(const upload_folder&) = delete;
  upload_folder& operator=(const upload_folder&) = delete;

  const std::filesystem::path& path() const noexcept { return path_; }

  /// Makes an empty file, which the worker's user may read. Returns nothing if it cannot
  /// be made.
  /// @param name Is set to its name in the folder.
  loop::unique_fd make_file(std::string& name);

  void remove_file(const std::string& name);

private:
  upload_folder(std::filesystem::path path, loop::unique_fd folder,
                std::optional<upload_reader> reader);

  std::filesystem::path path_;
  /// Holds the lock.
  loop::unique_fd folder_;
  std::optional<upload_reader> reader_;
  std::atomic<uint64_t> files_ = 0;
};

} // namespace troupe::front::web
