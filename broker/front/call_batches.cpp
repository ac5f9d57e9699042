#include "broker/front/call_batches.hpp"

#include <caf/send.hpp>

#include <algorithm>

namespace troupe::front {

/// One read of a busy client brings about as many: they are not moved as the batch grows.
static constexpr size_t usual_calls = 16;

result<callee_actor> call_batches::add(const directory& names, std::string_view to,
                                       submission&& s) {
  if (!table_)
    table_ = names.get();
  auto who = names.find(*table_, to, s.what);
  if (!who)
    return who;
  auto batch = std::find_if(batches_.begin(), batches_.end(),
                            [&](auto& b) { return b.first == *who; });
  if (batch == batches_.end()) {
    batches_.emplace_back(*who, submissions{});
    batch = std::prev(batches_.end());
    batch->second.reserve(usual_calls);
  }
  batch->second.push_back(std::move(s));
  return who;
}

void call_batches::send() {
  awaited_ = false;
  for (auto& [who, calls] : batches_)
    caf::anon_send(who, std::move(calls));
  batches_.clear();
  table_.reset();
}

std::shared_ptr<call_batches> loop_batches::of(const loop::event_loop& loop) {
  std::lock_guard guard{mutex_};
  auto found = std::find_if(all_.begin(), all_.end(),
                            [&](auto& entry) { return entry.first == &loop; });
  if (found != all_.end())
    return found->second;
  return all_.emplace_back(&loop, std::make_shared<call_batches>()).second;
}

} // namespace troupe::front
