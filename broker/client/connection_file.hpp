#pragma once

#include <filesystem>
#include <string>

namespace troupe::client {

/// The facts by which a client finds and uses a node.
struct connection_info {
  /// Empty where the node has no HTTP.
  std::string url;
  std::string api_key;
  std::string socket;
  std::string node;
  /// Empty where the node has none.
  std::string view_key = {};
};

/// `connection.json` in the state directory: readable by this user alone, replaced as a
/// whole, and there only while the node runs.
class connection_file {
public:
  /// Writes the content beside the file, so that nearly all that can fail has been tried
  /// before the node runs. Throws std::runtime_error with the reason.
  connection_file(const std::filesystem::path& state_dir, const connection_info& info);

  /// Removes it, unless somebody has replaced it meanwhile.
  ~connection_file();

  connection_file(const connection_file&) = delete;
  connection_file& operator=(const connection_file&) = delete;

  /// Puts it in its place. Throws std::runtime_error with the reason.
  void publish();

  /// Removes it already now.
  void withdraw() noexcept;

private:
  std::filesystem::path path_;
  std::filesystem::path fresh_;
  std::string content_;
};

} // namespace troupe::client
