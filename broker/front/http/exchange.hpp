#pragma once

#include "broker/front/http/message/http_answer.hpp"
#include "broker/front/http/route.hpp"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>

namespace troupe::front::http {

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
  /// For the event stream: what was asked first, with its filters.
  shared_bytes query;
  /// For the event stream: whose events, if they are of another node.
  std::string node;
  /// For the event stream: what to ask next, once the client has taken what it has.
  std::optional<call> next;

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
  exchange& add() { return all_.emplace_back(); }
  bool empty() const noexcept { return all_.empty(); }
  size_t size() const noexcept { return all_.size(); }
  exchange& front() { return all_.front(); }
  const exchange& front() const { return all_.front(); }
  exchange& back() { return all_.back(); }

  tag_id first_tag() const noexcept { return tag_id{first_}; }
  tag_id last_tag() const noexcept { return tag_id{first_ + all_.size() - 1}; }

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
  void take_back() { all_.pop_back(); }
  /// Forgets all. Tags go on where they were.
  void clear() { all_.clear(); }

private:
  std::deque<exchange> all_;
  uint64_t first_ = 0;
};

} // namespace troupe::front::http
