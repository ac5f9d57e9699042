#pragma once

#include "actors/loop/unique_fd.hpp"

#include <filesystem>
#include <string>

namespace troupe::os {

/// Who else is kept out of a state directory. A lock of either kind keeps out those of
/// the other.
enum class folder_lock : uint8_t {
  /// Other processes. The kernel keeps it for this process alone: neither the guardian
  /// nor
  /// a child holds it.
  process,
  /// Other nodes of this process, too. A fork of this process holds it as well, until it
  /// runs another program.
  node,
};

/// The state directory of a node, which is its own for as long as this lives. The lock
/// goes with the process, however that ends.
class state_folder {
public:
  /// Makes the folder if it is missing. One that was there keeps its mode; it must be
  /// this user's, and nobody else may write to it. Throws std::runtime_error with the
  /// reason; nothing in the folder was touched then.
  /// @param node The node's name, to be told to others that want the folder.
  /// @param for_others Whether users of workers pass through it, should it be made.
  state_folder(const std::filesystem::path& folder, const std::string& node,
               bool for_others, folder_lock lock = folder_lock::process);

  /// Absolute.
  const std::filesystem::path& path() const noexcept { return path_; }

private:
  std::filesystem::path path_;
  loop::unique_fd lock_;
};

/// Returns `path` as text that connection.json, the log and the ready line can hold.
/// Throws std::runtime_error where it is not UTF-8 or has control characters.
/// @param what What the path is, such as `node.state_dir`.
std::string printable_path(const std::filesystem::path& path, const std::string& what);

} // namespace troupe::os
