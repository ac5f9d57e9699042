#include "actors/cluster/held_calls.hpp"

#include <algorithm>

namespace troupe::cluster {

std::optional<routed_call> held_calls::take(const reply_sink* sink, tag_id tag) {
  auto i = by_sink_.find(sink);
  if (i == by_sink_.end())
    return std::nullopt;
  auto& calls = i->second;
  auto c = std::find_if(calls.begin(), calls.end(),
                        [tag](const routed_call& x) { return x.call.tag == tag; });
  if (c == calls.end())
    return std::nullopt;
  std::optional<routed_call> taken{std::move(*c)};
  calls.erase(c);
  if (calls.empty())
    by_sink_.erase(i);
  return taken;
}

routed_calls held_calls::take_all(const reply_sink* sink) {
  auto i = by_sink_.find(sink);
  if (i == by_sink_.end())
    return {};
  auto calls = std::move(i->second);
  by_sink_.erase(i);
  return calls;
}

routed_calls held_calls::take_all() {
  routed_calls all;
  for (auto& [sink, calls] : by_sink_)
    std::move(calls.begin(), calls.end(), std::back_inserter(all));
  by_sink_.clear();
  return all;
}

std::optional<std::string> held_calls::verify() const {
  for (auto& [sink, calls] : by_sink_) {
    if (calls.empty())
      return "held_calls: a caller without calls is kept";
    for (auto& c : calls)
      if (c.call.sink.get() != sink)
        return "held_calls: a call is kept with those of another caller";
  }
  return std::nullopt;
}

} // namespace troupe::cluster
