#include "broker/front/client_limit.hpp"

#include "broker/front/front_limits.hpp"

#include <sys/resource.h>

#include <algorithm>

namespace troupe::front {

client_permit client_limit::take() {
  if (open_->fetch_add(1) < most_)
    return client_permit{open_};
  --*open_;
  ++refused_;
  return {};
}

std::optional<uint64_t> client_limit::unreported(time_point now) {
  auto last = last_report_.load();
  if (last != time_point::min() && now - last < front_limits::refusal_log)
    return std::nullopt;
  if (!last_report_.compare_exchange_strong(last, now))
    return std::nullopt; // another thread says so
  uint64_t all = refused_;
  return all - reported_.exchange(all);
}

size_t most_clients() {
  rlimit files{};
  if (::getrlimit(RLIMIT_NOFILE, &files) != 0)
    return front_limits::connections;
  return std::min<size_t>(front_limits::connections, files.rlim_cur / 4);
}

} // namespace troupe::front
