#pragma once

#include "actors/interfaces/log_record.hpp"
#include "actors/os/guardian.hpp"

#include <spdlog/logger.h>

#include <memory>
#include <string>
#include <utility>

namespace troupe::serve {

/// Has the guardian's troubles in the log as long as this lives.
class guardian_reports {
public:
  /// @param g Must outlive this.
  guardian_reports(os::guardian& g, std::shared_ptr<spdlog::logger> log)
    : guardian_(g) {
    g.report_to([log = std::move(log)](const std::string& text) {
      write_log(*log, spdlog::level::warn, {.event = "guardian_trouble"}, "{}", text);
    });
  }
  ~guardian_reports() { guardian_.report_to({}); }
  guardian_reports(const guardian_reports&) = delete;
  guardian_reports& operator=(const guardian_reports&) = delete;

private:
  os::guardian& guardian_;
};

} // namespace troupe::serve
