#include "broker/serve/service_defaults.hpp"

#include <cstdlib>
#include <string_view>
#include <system_error>

namespace troupe::serve {

namespace {

/// Returns the first folder that a variable of the service manager lists; empty if there
/// is none.
std::filesystem::path folder_in(const char* variable) {
  std::string_view folders = std::getenv(variable) ? std::getenv(variable) : "";
  return folders.substr(0, folders.find(':'));
}

} // namespace

config::service_defaults read_service_defaults() {
  config::service_defaults found;
  if (auto folder = folder_in("STATE_DIRECTORY"); !folder.empty())
    found.state_dir = folder;
  if (auto folder = folder_in("RUNTIME_DIRECTORY"); !folder.empty())
    found.socket = folder / found.socket;
  found.has_api_key = !credential_file().empty();
  return found;
}

std::filesystem::path credential_file() {
  auto folder = folder_in("CREDENTIALS_DIRECTORY");
  std::error_code ec;
  if (folder.empty() || !std::filesystem::exists(folder / "api_key", ec))
    return {};
  return folder / "api_key";
}

} // namespace troupe::serve
