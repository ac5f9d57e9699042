#pragma once

#include "protocol/base/error.hpp"
#include "protocol/base/shared_bytes.hpp"
#include "protocol/base/trace_context.hpp"

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace troupe {

/// A part of the life of a call, for the trace that the call belongs to.
struct span {
  enum class phase : uint8_t {
    /// It waits for a worker.
    wait,
    /// A worker has it.
    run,
  };

  phase what = phase::wait;
  /// Not 0.
  uint64_t id = 0;
  /// Of the caller, whose span is the parent of this one. Not null.
  trace_context_ptr parent;
  std::chrono::system_clock::time_point begin;
  std::chrono::system_clock::time_point end;
  std::string pool;
  /// Empty for one that waits.
  std::string worker;
  /// The kind of the call: the body of a JSON string.
  shared_bytes kind;
  /// Why the call ended here, if that is no result.
  code error = code::none;
  std::string message;
};

/// Returns the id as traces spell it: 16 hexadecimal digits.
std::string to_span_id(uint64_t id);

/// What all spans of a node have in common.
struct span_origin {
  std::string node;
  std::string version;
};

/// Appends a line of OTLP in JSON: a request of its protocol, with one span in it.
void append_otlp_line(std::string& out, const span& s, const span_origin& from);

} // namespace troupe
