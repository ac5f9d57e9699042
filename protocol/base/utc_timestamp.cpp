#include "protocol/base/utc_timestamp.hpp"

#include <cstdio>
#include <ctime>

namespace troupe {

std::string utc_timestamp(std::chrono::system_clock::time_point time) {
  auto ms = std::chrono::floor<std::chrono::milliseconds>(time);
  auto seconds = std::chrono::floor<std::chrono::seconds>(ms);
  auto since_epoch = std::chrono::system_clock::to_time_t(seconds);
  std::tm parts{};
  ::gmtime_r(&since_epoch, &parts);
  char text[32];
  auto size = std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &parts);
  std::snprintf(text + size, sizeof text - size, ".%03dZ",
                static_cast<int>((ms - seconds).count()));
  return text;
}

int64_t wall_clock_ms() {
  auto now = std::chrono::system_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::milliseconds>(now).count();
}

} // namespace troupe
