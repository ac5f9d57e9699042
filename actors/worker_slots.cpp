#include "actors/worker_slots.hpp"

#include <algorithm>

namespace troupe {

void worker_slots::resize(uint32_t window, uint32_t generation) {
  slots_.resize(window);
  free_.clear();
  for (auto i = window; i-- > 0;) {
    slots_[i].id = {i, generation};
    free_.push_back(i);
  }
}

call_slot* worker_slots::take(uint64_t ticket) {
  if (free_.empty())
    return nullptr;
  auto& s = slots_[free_.back()];
  free_.pop_back();
  ++s.id.generation;
  s.state = call_slot::use::running;
  s.ticket = ticket;
  ++running_;
  return &s;
}

call_slot* worker_slots::find(slot_id id) {
  if (id.slot >= slots_.size())
    return nullptr;
  auto& s = slots_[id.slot];
  return s.state != call_slot::use::free && s.id.generation == id.generation ? &s
                                                                             : nullptr;
}

call_slot* worker_slots::find_running(uint64_t ticket) {
  for (auto& s : slots_)
    if (s.state == call_slot::use::running && s.ticket == ticket)
      return &s;
  return nullptr;
}

call_slot* worker_slots::find_paused(std::string_view session) {
  for (auto& s : slots_)
    if (s.state == call_slot::use::paused && s.session.view() == session)
      return &s;
  return nullptr;
}

void worker_slots::leave_state(call_slot& s) {
  if (s.state == call_slot::use::running)
    --running_;
  else if (s.state == call_slot::use::paused)
    --paused_;
}

void worker_slots::pause(call_slot& s) {
  leave_state(s);
  s.state = call_slot::use::paused;
  ++paused_;
}

call_slot* worker_slots::hold(slice session) {
  auto s = take(0);
  if (!s)
    return nullptr;
  s->session = std::move(session);
  pause(*s);
  return s;
}

void worker_slots::resume(call_slot& s, uint64_t ticket) {
  leave_state(s);
  s.state = call_slot::use::running;
  ++running_;
  ++s.id.generation;
  s.ticket = ticket;
}

void worker_slots::abandon(call_slot& s) {
  leave_state(s);
  s.state = call_slot::use::abandoned;
}

void worker_slots::free(call_slot& s) {
  leave_state(s);
  s.state = call_slot::use::free;
  s.session = {};

  s.answer = {};
  s.released = {};
  s.kind = {};
  s.lineage = nullptr;
  s.stream = nullptr;
  s.flow = nullptr;
  free_.push_back(s.id.slot);
}

std::vector<call_slot*> worker_slots::by_age() {
  std::vector<call_slot*> used;
  for (auto& s : slots_)
    if (s.state != call_slot::use::free)
      used.push_back(&s);
  // Tickets count up, so they tell the order even within one tick of the clock.
  std::sort(used.begin(), used.end(),
            [](auto a, auto b) { return a->ticket < b->ticket; });
  return used;
}

bool worker_slots::any_flow_is_full() const {
  return std::any_of(slots_.begin(), slots_.end(), [](const call_slot& s) {
    return s.state == call_slot::use::running && s.flow && s.flow->is_full();
  });
}

const call_slot* worker_slots::oldest() const {
  const call_slot* first = nullptr;
  for (auto& s : slots_)
    if (s.state == call_slot::use::running && (!first || s.ticket < first->ticket))
      first = &s;
  return first;
}

} // namespace troupe
