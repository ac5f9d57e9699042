#pragma once

#include "actors/basp/frame_filter.hpp"

#include <string_view>
#include <vector>

namespace troupe::basp {

/// Cuts what a peer sends into frames, and leaves out those that its filter drops.
/// Beyond `kept_frame`, space is made for bytes that have come, not for those that are
/// announced.
class frame_reader {
public:
  enum class step : uint8_t {
    /// All bytes are used up.
    wants_input,
    /// `header` and `payload` are those of a frame that passes.
    frame,
    /// See `filter().why()`. Nothing can be read any more.
    refused,
  };

  explicit frame_reader(frame_filter filter);

  /// Goes on with `bytes`, and removes from its beginning what it has used.
  step next(std::string_view& bytes);

  /// The bytes of the frame; whoever reads them may swap them for a while.
  std::vector<char>& header() noexcept { return header_; }
  std::vector<char>& payload() noexcept { return payload_; }

  /// See `frame_filter::expect`.
  void expect(size_t bytes) noexcept { filter_.expect(bytes); }

  const frame_filter& filter() const noexcept { return filter_; }

  /// Returns how many frames were left out.
  uint64_t dropped() const noexcept { return dropped_; }

private:
  static bool fill(std::vector<char>& out, size_t size, std::string_view& bytes);
  void begin();
  fate judge_header();
  fate judge_payload();

  frame_filter filter_;
  std::vector<char> header_;
  std::vector<char> payload_;
  /// What `header_` spells, when it is complete.
  caf::io::basp::header parsed_{};
  bool has_header_ = false;
  /// Whether the frame that is held was returned.
  bool is_taken_ = false;
  /// Bytes of a dropped frame that are still to come.
  size_t to_skip_ = 0;
  uint64_t dropped_ = 0;
};

} // namespace troupe::basp
