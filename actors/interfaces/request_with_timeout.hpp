#pragma once

#include <caf/actor_clock.hpp>
#include <caf/behavior.hpp>
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

/// Returns handlers for requests that are made over and over: they are made once, where
/// the function above makes them for each request. Like its handlers, each is called with
/// the response, but with the id of the request before.
template <class Result, class Self, class OnResult, class OnError>
caf::behavior make_response_handlers(Self* self, OnResult on_result, OnError on_error) {
  auto take_back_timer = [self] {
    auto id = self->current_mailbox_element()->mid;
    self->clock().cancel_request_timeout(self, id);
    return id;
  };
  return {[=](Result& result) { on_result(take_back_timer(), result); },
          [=](caf::error& error) { on_error(take_back_timer(), error); }};
}

/// Sends a request with handlers that `make_response_handlers` has made, and returns its
/// id.
template <class Self, class Handle, class Message>
caf::message_id request_with_timeout(Self* self, const Handle& to,
                                     std::chrono::nanoseconds within, Message&& message,
                                     caf::behavior handlers) {
  auto id = self->request(to, caf::duration{within}, std::forward<Message>(message)).id();
  self->add_multiplexed_response_handler(id, std::move(handlers));
  return id;
}

} // namespace troupe
