#pragma once

#include "protocol/base/error.hpp"

#include <spdlog/logger.h>

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

namespace troupe::front::web {

/// A request to a web front and how it was answered, once that is over.
struct access_record {
  /// The pool that it was for.
  std::string pool;
  std::string client;
  /// Empty, as `target` and `protocol`, for bytes that were no request.
  std::string method;
  std::string target;
  std::string protocol;
  unsigned status = 0;
  /// Of the body of the answer, without chunks.
  uint64_t bytes = 0;
  /// What kept the answer from being good; `none` for one that the worker made.
  code failure = code::none;
  std::chrono::system_clock::time_point begun;
  std::chrono::milliseconds took{0};
};

/// Gets a record of each request. Thread-safe.
class access_log {
public:
  virtual ~access_log() = default;
  virtual void write(const access_record& record) = 0;
};

/// Returns the log whose records are lines of the node's own log.
std::shared_ptr<access_log> access_in(std::shared_ptr<spdlog::logger> log);

/// Returns the line of a record in the common format, with its line end. The time is UTC.
std::string common_log_line(const access_record& record);

} // namespace troupe::front::web
