#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

namespace troupe {

class trace_context;

/// Null for a call that belongs to no trace.
using trace_context_ptr = std::shared_ptr<const trace_context>;

/// The trace that a call belongs to, as its caller gave it (W3C Trace Context, level 1).
/// Immutable, and always valid: both texts are those of the caller, byte for byte.
class trace_context {
public:
  /// Bytes of the longest `traceparent`: 55 in the present version, and a later one may
  /// have more.
  static constexpr size_t longest_traceparent = 256;
  /// Bytes of the longest `tracestate`, and of a member of one that is not too long by
  /// itself, as the specification has them.
  static constexpr size_t longest_tracestate = 512;
  static constexpr size_t longest_member = 128;

  /// Returns the context that these two texts give, or null if `traceparent` is none: the
  /// call then has no trace, and no error. A `tracestate` that is none counts as empty.
  /// One that is too long loses members as the specification says: those that are longer
  /// than `longest_member` first, then from its end.
  static trace_context_ptr parse(std::string_view traceparent,
                                 std::string_view tracestate = {});

  std::string_view traceparent() const noexcept {
    return std::string_view{text_}.substr(0, parent_bytes_);
  }
  /// Empty for none.
  std::string_view tracestate() const noexcept {
    return std::string_view{text_}.substr(parent_bytes_);
  }

  /// Returns 32 hexadecimal digits.
  std::string_view trace_id() const noexcept { return traceparent().substr(3, 32); }
  /// Returns the 16 hexadecimal digits of the caller's span.
  std::string_view span_id() const noexcept { return traceparent().substr(36, 16); }
  /// Returns whether the caller records the trace.
  bool is_sampled() const noexcept;

  /// Returns the same trace with another span as the caller's.
  /// @param span_id 16 hexadecimal digits in lower case, not all 0.
  trace_context_ptr with_span(std::string_view span_id) const;

  trace_context(std::string text, size_t parent_bytes)
    : text_(std::move(text))
    , parent_bytes_(parent_bytes) {}

private:
  /// `traceparent`, and `tracestate` behind it.
  std::string text_;
  size_t parent_bytes_;
};

/// Returns the id of the trace, or nothing where there is none.
inline std::string_view trace_id_of(const trace_context_ptr& trace) noexcept {
  return trace ? trace->trace_id() : std::string_view{};
}

/// Appends one more `tracestate` header to those that came before it.
void join_tracestate(std::string& all, std::string_view next);

} // namespace troupe
