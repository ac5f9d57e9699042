#pragma once

#include "protocol/config/config.hpp"

#include <spdlog/async.h>
#include <spdlog/logger.h>

#include <memory>

namespace troupe {

/// The node's log on stderr. Lines are written by a thread of their own and the oldest
/// are dropped when stderr is slower than the node: nothing that logs ever waits.
class log_output {
public:
  log_output(config::log_level level, config::log_format format);

  /// Writes what is left.
  ~log_output();

  const std::shared_ptr<spdlog::logger>& logger() const noexcept { return logger_; }

private:
  std::shared_ptr<spdlog::details::thread_pool> writer_;
  std::shared_ptr<spdlog::logger> logger_;
};

/// Has `log` write what is at least as bad as `level`. Thread-safe.
void set_level(spdlog::logger& log, config::log_level level);

} // namespace troupe
