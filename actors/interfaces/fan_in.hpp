#pragma once

#include <caf/error.hpp>

#include <functional>
#include <memory>
#include <utility>

namespace troupe {

/// Asks many and goes on once: when each has answered, or has failed to within the time
/// of its request. What came is gathered in one value. For one actor; keeps itself alive
/// as long as answers are awaited.
///
/// Whoever begins it calls `close` after the last question.
template <class Gathered>
class fan_in : public std::enable_shared_from_this<fan_in<Gathered>> {
public:
  using finisher = std::function<void(Gathered&)>;

  /// @param finish Called once, perhaps before `close` returns.
  explicit fan_in(finisher finish, Gathered gathered = {})
    : finish_(std::move(finish))
    , gathered_(std::move(gathered)) {}

  /// Awaits an answer that comes by a callback.
  /// @param take Called with what was gathered, and what the callback is called with; it
  /// may ask for more.
  /// @returns The callback, to be called exactly once.
  template <class Take>
  auto expect(Take take) {
    ++missing_;
    return [me = this->shared_from_this(),
            take = std::move(take)](auto&&... answer) mutable {
      take(me->gathered_, std::forward<decltype(answer)>(answer)...);
      me->arrived();
    };
  }

  /// Awaits the answer to a request.
  /// @param response What the actor's `request` has returned.
  /// @param take, fail Called with what was gathered, and the answer or the error.
  template <class Answer, class Response, class Take, class Fail>
  void expect(const Response& response, Take take, Fail fail) {
    ++missing_;
    response.then(
        [me = this->shared_from_this(), take = std::move(take)](Answer& answer) mutable {
          take(me->gathered_, answer);
          me->arrived();
        },
        [me = this->shared_from_this(), fail = std::move(fail)](caf::error& e) mutable {
          fail(me->gathered_, e);
          me->arrived();
        });
  }

  /// The same, but leaves out what failed.
  template <class Answer, class Response, class Take>
  void expect(const Response& response, Take take) {
    expect<Answer>(response, std::move(take), [](Gathered&, caf::error&) {});
  }

  /// Returns what was gathered by now.
  Gathered& gathered() noexcept { return gathered_; }

  /// Says that all were asked.
  void close() { arrived(); }

private:
  void arrived() {
    if (--missing_ == 0)
      finish_(gathered_);
  }

  finisher finish_;
  Gathered gathered_;
  /// Answers that have not come, and one until `close`.
  size_t missing_ = 1;
};

} // namespace troupe
