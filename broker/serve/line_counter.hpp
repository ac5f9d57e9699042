#pragma once

#include "actors/interfaces/metrics_source.hpp"
#include "protocol/base/shared_count.hpp"

#include <spdlog/logger.h>
#include <spdlog/sinks/sink.h>

#include <array>
#include <cstddef>
#include <memory>

namespace troupe::serve {

/// Counts the lines that a logger writes, by level. Loggers are used by all threads, and
/// no actor stands for them: hence counts that are shared.
class line_counter : public spdlog::sinks::sink {
public:
  /// Counts what `log` writes from now on. @pre No other thread uses `log` yet.
  static std::shared_ptr<line_counter> watch(spdlog::logger& log);

  void log(const spdlog::details::log_msg& m) override;
  void flush() override {}
  void set_pattern(const std::string&) override {}
  void set_formatter(std::unique_ptr<spdlog::formatter>) override {}

  uint64_t lines(spdlog::level::level_enum level) const noexcept {
    return counts_[static_cast<size_t>(level)].get();
  }

private:
  std::array<shared_count, spdlog::level::n_levels> counts_;
};

/// Has METRICS told of the lines, as long as the result lives.
metrics_sources::registration
add_log_source(metrics_sources& to, const std::shared_ptr<const line_counter>& lines);

} // namespace troupe::serve
