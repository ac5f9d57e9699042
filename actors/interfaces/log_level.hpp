#pragma once

#include "protocol/base/log_severity.hpp"
#include "protocol/config/config.hpp"

#include <spdlog/common.h>

#include <string_view>

namespace troupe {

/// Returns the level of the log that `[node] log.level` asks for. Thread-safe.
constexpr spdlog::level::level_enum to_spdlog(config::log_level level) {
  switch (level) {
    case config::log_level::trace:
      return spdlog::level::trace;
    case config::log_level::debug:
      return spdlog::level::debug;
    case config::log_level::info:
      return spdlog::level::info;
    case config::log_level::warn:
      return spdlog::level::warn;
    case config::log_level::error:
      return spdlog::level::err;
  }
  return spdlog::level::info;
}

/// Returns the level of the log for a line of a worker or a follower. Thread-safe.
constexpr spdlog::level::level_enum to_spdlog(log_severity severity) {
  switch (severity) {
    case log_severity::debug:
      return spdlog::level::debug;
    case log_severity::info:
      return spdlog::level::info;
    case log_severity::warn:
      return spdlog::level::warn;
    case log_severity::error:
      return spdlog::level::err;
  }
  return spdlog::level::info;
}

/// Returns the word for a level, as the configuration has it. Thread-safe.
inline std::string_view word_for(spdlog::level::level_enum level) {
  if (level == spdlog::level::warn)
    return "warn"; // spdlog: warning
  auto word = spdlog::level::to_string_view(level);
  return {word.data(), word.size()};
}

} // namespace troupe
