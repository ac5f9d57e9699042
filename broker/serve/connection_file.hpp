#pragma once

#include <filesystem>
#include <string>

namespace troupe {

/// What a client needs to find and use a node.
struct connection_info {
  /// Empty where the node has no HTTP.
  std::string url;
  std::string api_key;
  std::string socket;
  std::string node;
};

/// `connection.json` in the state directory: readable by this user alone, replaced as a
/// whole, and there only while the node runs.
class connection_file {
public:
  /// Writes the file. Throws std::system_error.
  connection_file(const std::filesystem::path& state_dir, const connection_info& info);

  /// Removes it, unless another node has replaced it meanwhile.
  ~connection_file();

  connection_file(const connection_file&) = delete;
  connection_file& operator=(const connection_file&) = delete;

private:
  std::filesystem::path path_;
  std::string content_;
};

} // namespace troupe
