#include "broker/front/http/message/http_body.hpp"

#include <algorithm>
#include <limits>

namespace troupe::front::http {

namespace {

int hex_value(char c) {
  if (c >= '0' && c <= '9')
    return c - '0';
  if (c >= 'a' && c <= 'f')
    return c - 'a' + 10;
  if (c >= 'A' && c <= 'F')
    return c - 'A' + 10;
  return -1;
}

bool is_blank(char c) {
  return c == ' ' || c == '\t';
}

/// Whether `c` may stand in an extension or in the value of a trailer.
bool is_text(char c) {
  auto u = static_cast<unsigned char>(c);
  return (u >= 0x20 && u != 0x7F) || c == '\t';
}

bool is_name(char c) {
  constexpr std::string_view separators = "\"(),/:;<=>?@[\\]{}";
  auto u = static_cast<unsigned char>(c);
  return u > 0x20 && u < 0x7F && separators.find(c) == separators.npos;
}

/// The first bytes that are made room for: a client may announce more than it sends.
constexpr size_t first_room = 1024 * 1024;

} // namespace

http_body http_body::of_length(uint64_t bytes) {
  http_body b;
  b.left_ = bytes;
  if (bytes == 0)
    b.step_ = step::done;
  return b;
}

http_body http_body::in_chunks(size_t overhead) {
  http_body b;
  b.chunked_ = true;
  b.overhead_ = overhead;
  b.step_ = step::size_begins;
  return b;
}

http_body::state http_body::feed(std::string_view& in) {
  auto result = step_ == step::done ? state::whole : state::partial;
  while (result == state::partial && !in.empty()) {
    if (step_ == step::data) {
      result = take_data(in);
    } else {
      result = take(in.front());
      in.remove_prefix(1);
    }
  }
  return result;
}

http_body::state http_body::take_data(std::string_view& in) {
  if (left_ > most_ - std::min<uint64_t>(received_, most_))
    return state::too_long;
  auto n = static_cast<size_t>(std::min<uint64_t>(left_, in.size()));
  if (sink_) {
    if (n > 0)
      sink_->take_body(in.substr(0, n));
  } else if (keeps_) {
    if (bytes_.empty())
      bytes_.reserve(std::min<size_t>(static_cast<size_t>(left_), first_room));
    bytes_.append(in.substr(0, n));
  }
  in.remove_prefix(n);
  left_ -= n;
  received_ += n;
  if (left_ > 0)
    return state::partial;
  return go_to(chunked_ ? step::data_ends : step::done);
}

http_body::state http_body::go_to(step next) {
  step_ = next;
  return next == step::done ? state::whole : state::partial;
}

http_body::state http_body::spend() {
  if (overhead_ == 0)
    return state::too_much_framing;
  --overhead_;
  return state::partial;
}

http_body::state http_body::take(char c) {
  switch (step_) {
    case step::size_begins:
      return hex_value(c) < 0 ? state::malformed : take_size_digit(c);
    case step::size:
      return hex_value(c) < 0 ? take_after_size(c) : take_size_digit(c);
    case step::blank:
      return take_after_size(c);
    case step::extension:
      if (c == '\r')
        return go_to(step::size_ends);
      return is_text(c) ? spend() : state::malformed;
    case step::size_ends:
      if (c != '\n')
        return state::malformed;
      return go_to(left_ > 0 ? step::data : step::trailer_begins);
    case step::data_ends:
      return c == '\r' ? go_to(step::data_ended) : state::malformed;
    case step::data_ended:
      return c == '\n' ? go_to(step::size_begins) : state::malformed;
    default:
      return take_trailer(c);
  }
}

http_body::state http_body::take_size_digit(char c) {
  if (left_ > std::numeric_limits<uint64_t>::max() >> 4)
    return state::too_long;
  // Zeros in front say nothing and could go on for ever.
  auto is_spare = step_ == step::size && left_ == 0;
  left_ = left_ << 4 | static_cast<uint64_t>(hex_value(c));
  step_ = step::size;
  return is_spare ? spend() : state::partial;
}

http_body::state http_body::take_after_size(char c) {
  if (c == '\r')
    return go_to(step::size_ends);
  if (c != ';' && !is_blank(c))
    return state::malformed;
  step_ = c == ';' ? step::extension : step::blank;
  return spend();
}

http_body::state http_body::take_trailer(char c) {
  switch (step_) {
    case step::trailer_begins:
      if (c == '\r')
        return go_to(step::last_line_ends);
      step_ = step::trailer_name;
      return is_name(c) ? spend() : state::malformed;
    case step::trailer_name:
      if (c == ':')
        step_ = step::trailer_value;
      else if (!is_name(c))
        return state::malformed;
      return spend();
    case step::trailer_value:
      if (c == '\r')
        step_ = step::trailer_ends;
      else if (!is_text(c))
        return state::malformed;
      return spend();
    case step::trailer_ends:
      step_ = step::trailer_begins;
      return c == '\n' ? spend() : state::malformed;
    default: // last_line_ends
      return c == '\n' ? go_to(step::done) : state::malformed;
  }
}

} // namespace troupe::front::http
