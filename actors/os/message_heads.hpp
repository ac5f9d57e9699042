#pragma once

#include <climits>
#include <cstddef>
#include <deque>

namespace troupe::os {

/// Says how many bytes of an outbox one write to a pipe may take, so that the head of
/// each message arrives whole. A pipe takes up to PIPE_BUF bytes all or not at all, but
/// of more it takes what fits: a write that begins in the middle of one message may end
/// in the middle of the next one's head.
class message_heads {
public:
  /// The outbox now ends with a whole message.
  void commit(std::size_t outbox) {
    if (outbox > end_)
      heads_.push_back(end_);
    end_ = outbox;
  }

  /// Returns how much the next write may take.
  /// @param done Bytes of the outbox that were written.
  std::size_t next_write(std::size_t done) const {
    if (heads_.empty())
      return end_ - done;
    if (heads_.front() > done)
      return heads_.front() - done;
    auto message = (heads_.size() > 1 ? heads_[1] : end_) - done;
    return message < PIPE_BUF ? message : PIPE_BUF;
  }

  /// `n` more bytes were written, after `done`.
  void wrote(std::size_t done, std::size_t n) {
    while (!heads_.empty() && heads_.front() < done + n)
      heads_.pop_front();
  }

  /// The first `n` bytes of the outbox are gone.
  void drop(std::size_t n) {
    end_ -= n;
    for (auto& h : heads_)
      h -= n;
  }

private:
  /// The begins of messages of which nothing was written.
  std::deque<std::size_t> heads_;
  std::size_t end_ = 0;
};

} // namespace troupe::os
