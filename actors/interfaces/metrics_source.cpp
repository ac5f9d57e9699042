#include "actors/interfaces/metrics_source.hpp"

#include <algorithm>

namespace troupe {

metrics_sources::registration metrics_sources::add(source s) {
  std::scoped_lock lock{mutex_};
  s.number = ++last_number_;
  all_.push_back(std::move(s));
  return {weak_from_this(), last_number_};
}

void metrics_sources::remove(uint64_t number) {
  std::scoped_lock lock{mutex_};
  std::erase_if(all_, [number](auto& s) { return s.number == number; });
}

std::vector<metrics_sources::source> metrics_sources::get() const {
  std::scoped_lock lock{mutex_};
  return all_;
}

} // namespace troupe
