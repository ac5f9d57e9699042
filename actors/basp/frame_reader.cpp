#include "actors/basp/frame_reader.hpp"

#include <algorithm>
#include <utility>

namespace troupe::basp {

using caf::io::basp::header_size;

namespace {

/// A buffer for a frame of up to this size is made at once, and kept: pages that are new
/// each time cost more than the bytes in them. A longer frame makes the buffer grow with
/// the bytes that come, and the buffer is given back after that frame.
constexpr size_t kept_frame = 2 * 1024 * 1024;

} // namespace

frame_reader::frame_reader(frame_filter filter)
  : filter_(std::move(filter)) {
  header_.reserve(header_size);
}

/// Returns whether `out` is complete.
bool frame_reader::fill(std::vector<char>& out, size_t size, std::string_view& bytes) {
  auto n = std::min(size - out.size(), bytes.size());
  if (out.empty())
    out.reserve(std::min(size, kept_frame));
  out.insert(out.end(), bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(n));
  bytes.remove_prefix(n);
  return out.size() == size;
}

void frame_reader::begin() {
  header_.clear();
  payload_.clear();
  if (payload_.capacity() > kept_frame)
    payload_ = {};
  has_header_ = false;
  is_taken_ = false;
}

frame_reader::step frame_reader::next(std::string_view& bytes) {
  if (is_taken_)
    begin();
  while (!bytes.empty()) {
    if (to_skip_ > 0) {
      auto n = std::min(to_skip_, bytes.size());
      bytes.remove_prefix(n);
      to_skip_ -= n;
      continue;
    }
    auto verdict = fate::pass;
    if (!has_header_) {
      if (!fill(header_, header_size, bytes))
        break;
      verdict = judge_header();
    }
    if (verdict == fate::pass) {
      if (!fill(payload_, parsed_.payload_len, bytes))
        continue;
      verdict = judge_payload();
    }
    if (verdict == fate::refuse)
      return step::refused;
    if (verdict == fate::pass) {
      is_taken_ = true;
      return step::frame;
    }
    ++dropped_;
    begin();
  }
  return step::wants_input;
}

fate frame_reader::judge_header() {
  has_header_ = true;
  parsed_ = read_header(header_);
  auto verdict = filter_.judge(parsed_);
  if (verdict == fate::drop)
    to_skip_ = parsed_.payload_len;
  return verdict;
}

fate frame_reader::judge_payload() {
  return payload_.empty() ? fate::pass : filter_.judge(parsed_, payload_);
}

} // namespace troupe::basp
