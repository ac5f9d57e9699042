#include "actors/cluster/turn_end.hpp"

#include <utility>

namespace troupe::cluster {

turn_end::turn_end(loop::event_loop* loop, turn_order order, std::function<void()> send,
                   std::function<void()> remind)
  : flushable(order)
  , loop_(loop)
  , send_(std::move(send))
  , remind_(std::move(remind)) {}

void turn_end::want() {
  if (loop_ && loop::event_loop::current() == loop_) {
    loop_->flush_later(shared_from_this());
    return;
  }
  if (asked_.exchange(true))
    return;
  if (!loop_)
    remind_();
  else
    loop_->post([self = shared_from_this()] {
      self->asked_ = false;
      self->loop_->flush_later(self);
    });
}

void turn_end::flush() {
  if (!loop_)
    asked_ = false;
  if (send_)
    send_();
}

} // namespace troupe::cluster
