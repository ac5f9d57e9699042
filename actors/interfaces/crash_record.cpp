#include "actors/interfaces/crash_record.hpp"

#include "protocol/base/limits.hpp"

namespace troupe {

void crash_record::add(crash c) {
  std::lock_guard lock{mutex_};
  ++crashes_;
  last_.push_back(std::move(c));
  if (last_.size() > limits::crash_records)
    last_.pop_front();
}

void crash_record::count_start(bool again) {
  std::lock_guard lock{mutex_};
  ++starts_;
  restarts_ += again ? 1 : 0;
}

std::vector<crash_record::crash> crash_record::all() const {
  std::lock_guard lock{mutex_};
  return {last_.begin(), last_.end()};
}

uint64_t crash_record::crashes() const {
  std::lock_guard lock{mutex_};
  return crashes_;
}

uint64_t crash_record::starts() const {
  std::lock_guard lock{mutex_};
  return starts_;
}

uint64_t crash_record::restarts() const {
  std::lock_guard lock{mutex_};
  return restarts_;
}

} // namespace troupe
