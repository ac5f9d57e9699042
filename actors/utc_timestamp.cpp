#include "actors/utc_timestamp.hpp"

#include <spdlog/fmt/chrono.h>
#include <spdlog/fmt/fmt.h>

namespace troupe {

std::string utc_timestamp(std::chrono::system_clock::time_point time) {
  auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(time.time_since_epoch())
            % 1000;
  return fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:03}Z",
                     fmt::gmtime(std::chrono::system_clock::to_time_t(time)), ms.count());
}

} // namespace troupe
