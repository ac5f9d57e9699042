#include "broker/front/http/message/http_reader.hpp"

#include "protocol/base/limits.hpp"

#include <algorithm>
#include <limits>

namespace troupe::front::http {

namespace {

constexpr unsigned uri_too_long = 414;
constexpr unsigned head_too_long = 431;

} // namespace

http_reader::event http_reader::next(std::string_view& in) {
  if (!has_head_)
    return take_head(in);
  if (!decided_ || whole_)
    return event::none;
  return take_body_bytes(in);
}

/// Takes the head of the request before, if it comes again in one piece.
bool http_reader::take_same_head(std::string_view& in) {
  if (!head_ || last_text_.empty() || !is_idle() || !in.starts_with(last_text_))
    return false;
  in.remove_prefix(last_text_.size());
  text_.bytes.swap(last_text_);
  same_head_ = has_head_ = true;
  return true;
}

/// Lines are cut here: Beast would wait for the end of a line that a bare line feed has
/// ended.
http_reader::event http_reader::take_head(std::string_view& in) {
  if (take_same_head(in))
    return event::head;
  while (!in.empty()) {
    auto end = in.find('\n');
    auto part = in.substr(0, end == in.npos ? in.size() : end + 1);
    if (text_.bytes.size() + text_.blank + part.size() > limits::http_head)
      return refuse("the head is longer than " + std::to_string(limits::http_head)
                        + " bytes",
                    text_.line == 0 && text_.blank == 0 ? uri_too_long : head_too_long);
    text_.bytes += part;
    in.remove_prefix(part.size());
    if (text_.line == 0 && static_cast<signed char>(text_.bytes.front()) < ' '
        && text_.bytes.front() != '\r' && text_.bytes.front() != '\n')
      return refuse("not HTTP: it begins with byte "
                    + std::to_string(static_cast<unsigned char>(text_.bytes.front())));
    if (end == in.npos && part.back() != '\n')
      return event::none;
    if (!text_.bytes.ends_with("\r\n"))
      return refuse("not HTTP: a line that ends without a carriage return");
    auto is_empty = text_.bytes.size() - text_.line == 2;
    if (is_empty && text_.line == 0) { // a line end too many after the last request
      text_.blank += text_.bytes.size();
      text_.bytes.clear();
    } else if (!is_empty) {
      text_.line = text_.bytes.size();
    } else {
      return read_head();
    }
  }
  return event::none;
}

http_reader::event http_reader::read_head() {
  same_head_ = head_ && text_.bytes == last_text_;
  if (!same_head_) {
    auto read = read_http_head(text_.bytes);
    if (!read) {
      refusal_ = std::move(read).error();
      return event::refused;
    }
    head_ = *std::move(read);
  }
  has_head_ = true;
  return event::head;
}

void http_reader::accept(size_t most_bytes) {
  auto spent = text_.bytes.size() + text_.blank;
  body_ = head_->chunked ? http_body::in_chunks(limits::http_head - spent)
                         : http_body::of_length(head_->length);
  most_ = most_bytes;
  body_.set_most(most_bytes);
  decided_ = true;
}

void http_reader::accept(size_t most_bytes, body_sink& to) {
  accept(most_bytes);
  body_.hand_to(to);
}

void http_reader::discard() {
  accept(std::numeric_limits<size_t>::max());
  body_.drop();
  discards_ = true;
}

http_reader::event http_reader::take_body_bytes(std::string_view& in) {
  if (!head_->chunked && head_->length > most_)
    return refuse_length();
  switch (body_.feed(in)) {
    case http_body::state::partial:
      return event::none;
    case http_body::state::whole:
      if (discards_) {
        finish_request();
        return event::dropped;
      }
      whole_ = true;
      return event::request;
    case http_body::state::too_long:
      return refuse_length();
    case http_body::state::too_much_framing:
      return refuse("the head, the extensions of chunks and the trailers are longer than "
                        + std::to_string(limits::http_head) + " bytes",
                    head_too_long);
    default:
      return refuse("not HTTP: the chunks of the body are malformed");
  }
}

void http_reader::finish_request() {
  has_head_ = false;
  last_text_.swap(text_.bytes);
  body_ = {};
  text_.bytes.clear(); // its memory serves the next one
  text_.line = 0;
  text_.blank = 0;
  decided_ = discards_ = whole_ = false;
}

http_reader::event http_reader::refuse(std::string message, unsigned status, code what) {
  refusal_ = http_refusal{{what, std::move(message)}, status};
  return event::refused;
}

http_reader::event http_reader::refuse_length() {
  return refuse("the body is longer than " + std::to_string(most_) + " bytes", 0,
                code::payload_too_large);
}

} // namespace troupe::front::http
