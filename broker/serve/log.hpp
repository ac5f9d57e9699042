#pragma once

#include "actors/loop/unique_fd.hpp"
#include "broker/serve/log_formatter.hpp"
#include "protocol/config/config.hpp"

#include <spdlog/logger.h>

#include <memory>

namespace troupe::serve {

/// The node's log, on stderr or in a file. A line is written by a thread of its own, and
/// dropped when stderr is slower than the node or nobody reads it: nothing that logs ever
/// waits, nor does the end of the node. What workers and clients said stands escaped in
/// it, one line a record.
class log_output {
public:
  /// @param style Its colours and priorities follow from what `fd` is.
  /// @param fd Where to; the standard error of the program. Stays open for as long as
  /// this lives.
  log_output(config::log_level level, log_style style, int fd = 2);

  /// @param file Where to.
  log_output(config::log_level level, log_style style, loop::unique_fd file);

  /// Writes what is left, as far as somebody reads it.
  ~log_output();
  log_output(const log_output&) = delete;
  log_output& operator=(const log_output&) = delete;

  const std::shared_ptr<spdlog::logger>& logger() const noexcept { return logger_; }

  /// Has what is logged from now on go to `file`. Thread-safe.
  void replace(loop::unique_fd file);

private:
  class writer_sink;

  log_output(config::log_level level, std::shared_ptr<writer_sink> sink);

  std::shared_ptr<writer_sink> sink_;
  std::shared_ptr<spdlog::logger> logger_;
};

/// Has `log` write what is at least as bad as `level`. Thread-safe.
void set_level(spdlog::logger& log, config::log_level level);

} // namespace troupe::serve
