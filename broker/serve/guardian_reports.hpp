#pragma once

#include "actors/process/guardian.hpp"

#include <spdlog/logger.h>

#include <memory>
#include <string>
#include <utility>

namespace troupe {

/// Has the guardian's troubles in the log as long as this lives.
class guardian_reports {
public:
  /// @param g Must outlive this.
  guardian_reports(guardian& g, std::shared_ptr<spdlog::logger> log)
    : guardian_(g) {
    g.report_to([log = std::move(log)](const std::string& text) { log->warn(text); });
  }
  ~guardian_reports() { guardian_.report_to({}); }
  guardian_reports(const guardian_reports&) = delete;
  guardian_reports& operator=(const guardian_reports&) = delete;

private:
  guardian& guardian_;
};

} // namespace troupe
