#pragma once

#include <caf/actor_clock.hpp>
#include <caf/duration.hpp>
#include <caf/error.hpp>

#include <utility>

namespace troupe {

/// Sends a request whose timer is taken back when the answer comes: the one place where
/// that is done, since CAF 0.17 leaves the timer of an answered request behind until it
/// is due. Exactly one of the two handlers is called, once.
/// @param within The error handler is called with `request_timeout` after that.
template <class Result, class Self, class Handle, class Message, class OnResult,
          class OnError>
void request_with_timeout(Self* self, const Handle& to, std::chrono::nanoseconds within,
                          Message message, OnResult on_result, OnError on_error) {
  auto handle = self->request(to, caf::duration{within}, std::move(message));
  auto id = handle.id();
  handle.then(
      [self, id, on_result = std::move(on_result)](Result& result) mutable {
        self->clock().cancel_request_timeout(self, id);
        on_result(result);
      },
      [self, id, on_error = std::move(on_error)](caf::error& error) mutable {
        self->clock().cancel_request_timeout(self, id);
        on_error(error);
      });
}

} // namespace troupe
