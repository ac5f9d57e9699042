#pragma once

#include "broker/front/http/message/http_answer.hpp"
#include "broker/front/http/route.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace troupe::front::http {

/// How a stream of events goes on.
struct event_following {
  /// What was asked first, with its filters.
  shared_bytes query;
  /// Whose events, if they are of another node.
  std::string node;
  /// What to ask next, once the client has taken what it has; null for nothing yet.
  std::unique_ptr<call> next;
};

/// A request whose answer has not left.
struct exchange {
  /// The route of the request; nullptr for bytes that were no request.
  const route* where = nullptr;
  shared_bytes kind;
  shared_bytes request_id;
  callee_actor who;
  /// Whether it was handed to `who`.
  bool submitted = false;
  http_form form;
  /// The whole answer, once known.
  std::string answer;
  bool answered = false;
  /// Of an answer that is a file: what comes after `answer`. It is sent piece by piece.
  std::string_view rest;
  /// The client wants the parts of the result as they come.
  bool wants_parts = false;
  /// The answer is a stream that has begun: `answer` holds what is to be sent next.
  bool streaming = false;
  /// Set for the event stream.
  std::optional<event_following> follows;

  /// Returns the request's id as it goes into an envelope.
  std::optional<std::string_view> id() const {
    return request_id.empty() ? std::nullopt : std::optional{request_id.view()};
  }
  answer_form answers() const { return where ? where->answers : answer_form::envelope; }
  error_words errors() const { return where ? where->errors : error_words::own; }
};

/// The open requests of a connection, in their order. Each has a tag, one more than that
/// of the request before.
class exchange_queue {
public:
  /// References to others are not valid after it.
  exchange& add();
  bool empty() const noexcept { return size_ == 0; }
  size_t size() const noexcept { return size_; }
  exchange& front() { return at(0); }
  const exchange& front() const { return at(0); }
  exchange& back() { return at(size_ - 1); }

  tag_id first_tag() const noexcept { return tag_id{first_}; }
  tag_id last_tag() const noexcept { return tag_id{first_ + size_ - 1}; }

  /// Returns the request that waits for its answer under this tag, or nullptr.
  exchange* find(tag_id tag);

  /// Whether an answer under this tag can leave now. One that is not known is not waited
  /// for either.
  bool is_next(tag_id tag) const;

  /// Returns the bytes of all answers that have not left.
  size_t held_bytes() const;

  /// Removes the first, whose answer has left. Returns its tag.
  tag_id pop_front();
  /// Takes the last back, as if it had not come.
  void take_back();
  /// Forgets all. Tags go on where they were.
  void clear();
  /// Frees the places that are not in use.
  void shrink();

private:
  exchange& at(size_t i) { return ring_[(begin_ + i) % ring_.size()]; }
  const exchange& at(size_t i) const { return ring_[(begin_ + i) % ring_.size()]; }

  /// Most clients have one request open at a time: its place serves the next. (A deque
  /// allocated for each.)
  std::vector<exchange> ring_;
  /// The place of the first.
  size_t begin_ = 0;
  size_t size_ = 0;
  uint64_t first_ = 0;
};

} // namespace troupe::front::http
