#include "broker/front/output_buffer.hpp"

#include "protocol/base/limits.hpp"

namespace troupe::front {

void output_buffer::drop_sent() {
  if (sent_ == text_.size()) {
    sent_ = 0;
    if (text_.capacity() > limits::read_chunk)
      std::string{}.swap(text_); // an idle connection keeps no large buffer
    text_.clear();
  } else if (sent_ >= text_.size() / 2) { // so that no byte is moved more than once
    text_.erase(0, sent_);
    sent_ = 0;
  }
}

void output_buffer::shrink() {
  if (text_.empty())
    std::string{}.swap(text_);
}

void output_buffer::clear() {
  std::string{}.swap(text_);
  sent_ = 0;
}

} // namespace troupe::front
