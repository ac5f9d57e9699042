#include "protocol/web/multipart_reader.hpp"

#include "protocol/base/form_limits.hpp"

#include <algorithm>

namespace troupe::web {

namespace {

constexpr std::string_view line_end = "\r\n";
constexpr std::string_view head_end = "\r\n\r\n";

bool is_boundary_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')
         || (c != '\0'
             && std::string_view{"'()+_,-./:=? "}.find(c) != std::string_view::npos);
}

fault too_large(std::string_view what, size_t most) {
  return {code::payload_too_large,
          "body: expected at most " + std::to_string(most) + " " + std::string{what}};
}

/// Returns how many bytes at the beginning are the same.
size_t common_length(std::string_view a, std::string_view b) {
  return static_cast<size_t>(std::mismatch(a.begin(), a.end(), b.begin(), b.end()).first
                             - a.begin());
}

} // namespace

bool is_boundary(std::string_view text) {
  return !text.empty() && text.size() <= limits::multipart_boundary && text.back() != ' '
         && std::all_of(text.begin(), text.end(), is_boundary_character);
}

multipart_reader::multipart_reader(std::string_view boundary, part_sink& parts)
  : delimiter_("\r\n--")
  , parts_(parts)
  // The first boundary may begin the body: the line end before it is as good as there.
  , matched_(line_end.size()) {
  delimiter_ += boundary;
}

result<> multipart_reader::feed(std::string_view bytes) {
  while (!bytes.empty() && step_ != step::done)
    if (auto taken = take(bytes); !taken)
      return taken;
  return {};
}

result<> multipart_reader::finish() const {
  if (step_ == step::done)
    return {};
  return failure(malformed("body: the last boundary of the form is missing"));
}

result<> multipart_reader::take(std::string_view& bytes) {
  if (step_ == step::preamble || step_ == step::data)
    return take_data(bytes);
  if (step_ == step::head)
    return take_head(bytes);
  auto c = bytes.front();
  bytes.remove_prefix(1);
  return take_after_boundary(c);
}

// A carriage return is only at the beginning of the delimiter. So what has matched and
// then does not go on is data, and no later part of it begins another delimiter.
result<> multipart_reader::take_data(std::string_view& bytes) {
  if (matched_ > 0)
    return go_on_matching(bytes);
  size_t end = 0;
  for (;; end += matched_) {
    end = std::min(bytes.find('\r', end), bytes.size());
    auto candidate = bytes.substr(end, delimiter_.size());
    matched_ = common_length(candidate, delimiter_);
    if (matched_ == candidate.size())
      break;
  }
  auto data = bytes.substr(0, end);
  bytes.remove_prefix(end + matched_);
  if (auto passed = data.empty() ? result<>{} : pass(data); !passed)
    return passed;
  return matched_ == delimiter_.size() ? end_data() : result<>{};
}

result<> multipart_reader::go_on_matching(std::string_view& bytes) {
  auto expected = std::string_view{delimiter_}.substr(matched_);
  auto same = common_length(bytes, expected);
  auto goes_on = same == std::min(bytes.size(), expected.size());
  bytes.remove_prefix(same);
  matched_ += same;
  if (matched_ == delimiter_.size())
    return end_data();
  if (goes_on)
    return {};
  auto data = std::string_view{delimiter_}.substr(0, matched_);
  matched_ = 0;
  return pass(data);
}

result<> multipart_reader::end_data() {
  auto ends_part = step_ == step::data;
  step_ = step::boundary_ends;
  return ends_part ? parts_.end_part() : result<>{};
}

result<> multipart_reader::pass(std::string_view bytes) {
  return step_ == step::data ? parts_.part_data(bytes) : result<>{};
}

result<> multipart_reader::take_after_boundary(char c) {
  auto was = step_;
  if (was == step::boundary_ends && c == '-')
    step_ = step::last_boundary_ends;
  else if (was == step::last_boundary_ends && c == '-')
    step_ = step::done;
  else if (was == step::padding_ends && c == '\n')
    step_ = step::head;
  else if ((was == step::boundary_ends || was == step::padding) && c == '\r')
    step_ = step::padding_ends;
  else if ((was == step::boundary_ends || was == step::padding)
           && (c == ' ' || c == '\t'))
    step_ = step::padding;
  else
    return failure(malformed("body: expected the end of a line behind a boundary"));
  // The line end is that of an empty head as well.
  head_ = line_end;
  return {};
}

result<> multipart_reader::take_head(std::string_view& bytes) {
  auto before = head_.size();
  auto room = limits::multipart_head + head_end.size() - before;
  head_ += bytes.substr(0, room);
  // Its end may have begun with what came before.
  auto end = head_.find(head_end, before - std::min(before, head_end.size() - 1));
  if (end == head_.npos) {
    bytes.remove_prefix(std::min(bytes.size(), room));
    if (head_.size() < limits::multipart_head + head_end.size())
      return {};
    return failure(too_large("bytes of headers of a part", limits::multipart_head));
  }
  bytes.remove_prefix(end + head_end.size() - before);
  head_.resize(end + line_end.size());
  return begin_part();
}

result<> multipart_reader::begin_part() {
  if (++count_ > limits::multipart_parts)
    return failure(too_large("parts", limits::multipart_parts));
  auto head = read_part_head(std::string_view{head_}.substr(line_end.size()));
  if (!head)
    return failure(std::move(head.error()));
  step_ = step::data;
  // An empty part ends with a boundary at once: the line end before it is that of the
  // head.
  matched_ = 0;
  return parts_.begin_part(std::move(*head));
}

} // namespace troupe::web
