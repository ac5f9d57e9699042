#include "actors/cluster/gate_calls.hpp"

#include <algorithm>
#include <utility>

namespace troupe::cluster {

namespace {

/// The peer's slot is the lower half of the number.
size_t slot_of(link_call_id id) {
  return static_cast<uint32_t>(id);
}

} // namespace

gate_calls::addition gate_calls::add(link_call_id id, const callee_actor& callee,
                                     payload_form form) {
  auto slot = slot_of(id);
  if (slot >= most_)
    return addition::too_many;
  if (slot >= slots_.size())
    slots_.resize(std::max(slot + 1, 2 * slots_.size()));
  auto& e = slots_[slot];
  if (e.used)
    return addition::taken;
  auto known = std::find(callees_.begin(), callees_.end(), callee);
  if (known == callees_.end())
    known = callees_.insert(callees_.end(), callee);
  e = {id, static_cast<uint32_t>(known - callees_.begin()), true};
  e.form = form;
  ++size_;
  return addition::added;
}

gate_calls::entry* gate_calls::find(link_call_id id) {
  auto slot = slot_of(id);
  if (slot >= slots_.size() || !slots_[slot].used || slots_[slot].id != id)
    return nullptr;
  return &slots_[slot];
}

void gate_calls::remove(link_call_id id) {
  auto& e = slots_[slot_of(id)];
  take_part(e, e.untaken);
  e = {};
  --size_;
}

void gate_calls::remove_all() {
  for (auto& e : slots_)
    if (e.used)
      remove(link_call_id{e.id});
}

void gate_calls::add_part(entry& e, std::shared_ptr<stream_flow> flow, size_t bytes) {
  e.flow = std::move(flow);
  e.untaken += bytes;
}

void gate_calls::take_part(entry& e, size_t bytes) {
  auto n = std::min(bytes, e.untaken);
  e.untaken -= n;
  if (n > 0)
    e.flow->remove(n);
}

std::optional<std::string> gate_calls::verify() const {
  size_t used = 0;
  for (size_t i = 0; i < slots_.size(); ++i) {
    auto& e = slots_[i];
    used += e.used;
    if (e.used && (slot_of(e.id) != i || e.callee >= callees_.size()))
      return "gate_calls: a call is not in its slot, or nobody runs it";
    if (e.untaken > 0 && (!e.used || !e.flow))
      return "gate_calls: parts are on their way that belong to no call";
  }
  if (used != size_)
    return "gate_calls: the count is not that of the calls";
  return std::nullopt;
}

} // namespace troupe::cluster
