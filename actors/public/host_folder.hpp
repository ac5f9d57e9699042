#pragma once

#include "actors/os/state_folder.hpp"
#include "actors/session/session_registry.hpp"
#include "protocol/config/config.hpp"

#include <filesystem>
#include <memory>
#include <optional>
#include <vector>

namespace troupe {

/// Where a node in a program keeps its files: in the state directory of its
/// configuration, or in a temporary folder that goes with this.
class host_folder {
public:
  /// Takes the folder, and opens the registry of sessions in it. Throws std::exception
  /// with the reason.
  explicit host_folder(const config::file& config);
  ~host_folder();
  host_folder(const host_folder&) = delete;
  host_folder& operator=(const host_folder&) = delete;

  /// Absolute.
  const std::filesystem::path& path() const noexcept { return path_; }

  const std::shared_ptr<session::session_registry>& registry() const noexcept {
    return registry_;
  }

  /// Returns the sessions that an earlier node has left on record.
  const std::vector<session::session_entry>& earlier() const noexcept { return earlier_; }

private:
  void take_state_dir(const config::file& config);
  void make_temporary();
  void open_registry();

  std::filesystem::path path_;
  /// Nothing for a temporary folder.
  std::optional<os::state_folder> kept_;
  std::shared_ptr<session::session_registry> registry_;
  std::vector<session::session_entry> earlier_;
};

} // namespace troupe
