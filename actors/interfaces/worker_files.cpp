#include "actors/interfaces/worker_files.hpp"

namespace troupe {

std::string worker_file_name(const std::string& worker, incarnation_id incarnation) {
  return worker + "-" + std::to_string(incarnation);
}

std::optional<address> worker_of_log(const std::filesystem::path& log) {
  auto name = log.stem().string();
  // A pool's name may hold dashes, but no dot.
  auto index = name.rfind('.');
  if (index == std::string::npos)
    return std::nullopt;
  return parse_address(name.substr(0, name.find('-', index)));
}

} // namespace troupe
