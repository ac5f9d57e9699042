#pragma once

#include "protocol/config/config.hpp"

#include <spdlog/common.h>

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

} // namespace troupe
