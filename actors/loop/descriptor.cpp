#include "actors/loop/descriptor.hpp"

#include "actors/loop/loop.hpp"

namespace troupe {

descriptor::descriptor(loop& home, unique_fd fd)
  : home_(home)
  , fd_(std::move(fd)) {}

void descriptor::watch(uint32_t events, poller::handler on_ready) {
  wanted_ = events;
  registration_ = home_.descriptors().add(fd_.get(), events, std::move(on_ready));
}

void descriptor::want(uint32_t events) {
  if (registration_ == poller::id::none || events == wanted_)
    return;
  wanted_ = events;
  home_.descriptors().modify(registration_, fd_.get(), events);
}

void descriptor::close() {
  if (registration_ != poller::id::none)
    home_.descriptors().remove(registration_, fd_.get());
  registration_ = poller::id::none;
  fd_.reset();
}

} // namespace troupe
