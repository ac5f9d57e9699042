#include "actors/loop/descriptor.hpp"

#include "actors/loop/loop.hpp"

namespace troupe::loop {

descriptor::descriptor(event_loop& loop, unique_fd fd)
  : loop_(loop)
  , fd_(std::move(fd)) {}

void descriptor::watch(uint32_t events, poller::handler on_ready) {
  wanted_ = events;
  registration_ = loop_.descriptors().add(fd_.get(), events, std::move(on_ready));
}

void descriptor::want(uint32_t events) {
  if (registration_ == poller::id::none || events == wanted_)
    return;
  wanted_ = events;
  loop_.descriptors().modify(registration_, fd_.get(), events);
}

unique_fd descriptor::release() {
  if (registration_ != poller::id::none)
    loop_.descriptors().remove(registration_, fd_.get());
  registration_ = poller::id::none;
  return std::move(fd_);
}

} // namespace troupe::loop
