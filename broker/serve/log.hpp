#pragma once

#include "protocol/config/config.hpp"

#include <spdlog/logger.h>

#include <memory>

namespace troupe::serve {

/// The node's log on stderr. A line is written by a thread of its own, and dropped when
/// stderr is slower than the node or nobody reads it: nothing that logs ever waits, nor
/// does the end of the node. What workers and clients said stands escaped in it, one line
/// a record.
class log_output {
public:
  /// @param fd Where to; the standard error of the program.
  log_output(config::log_level level, config::log_format format, int fd = 2);

  /// Writes what is left, as far as somebody reads it.
  ~log_output();

  const std::shared_ptr<spdlog::logger>& logger() const noexcept { return logger_; }

private:
  std::shared_ptr<spdlog::logger> logger_;
};

/// Has `log` write what is at least as bad as `level`. Thread-safe.
void set_level(spdlog::logger& log, config::log_level level);

} // namespace troupe::serve
