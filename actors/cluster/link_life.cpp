#include "actors/cluster/link_life.hpp"

namespace troupe::cluster {

namespace {

constexpr int beats_until_suspect = 3;
constexpr int beats_until_down = 9;

} // namespace

bool link_life::change(link_condition to) {
  if (condition_ == to || is_down()) // there is no way back: another link follows
    return false;
  condition_ = to;
  return true;
}

bool link_life::hear(time_point now) {
  hear_bytes(now);
  was_heard_ = true;
  return change(link_condition::up);
}

bool link_life::look(time_point now) {
  auto silent = now - heard_;
  if (silent >= beats_until_down * beat_)
    return change(link_condition::down);
  if (silent >= beats_until_suspect * beat_)
    return change(link_condition::suspect);
  return false;
}

beat_number link_life::send_beat(time_point now) {
  sent_ = now;
  return beat_number{++beats_};
}

std::chrono::nanoseconds link_life::answer(beat_number n, time_point now) const {
  return n == beats_ ? now - sent_ : std::chrono::nanoseconds{0};
}

} // namespace troupe::cluster
