#include "actors/worker/worker_slots.hpp"

#include <algorithm>

namespace troupe::worker {

ancestors_ptr with_ancestor(const call_slot& parent, const std::string& pool) {
  auto line = parent.ancestors ? *parent.ancestors : std::vector<ancestor>{};
  line.push_back({pool, parent.ticket});
  return std::make_shared<const std::vector<ancestor>>(std::move(line));
}

void worker_slots::resize(uint32_t window, uint32_t generation) {
  slots_.clear();
  free_.clear();
  window_ = window;
  first_generation_ = generation;
}

void worker_slots::make_slots() {
  slots_.resize(window_);
  free_.reserve(window_);
  for (auto i = window_; i-- > 0;) {
    slots_[i].id = {i, first_generation_};
    free_.push_back(i);
  }
}

call_slot* worker_slots::take(ticket_id ticket) {
  if (free_.empty()) {
    if (!slots_.empty() || window_ == 0)
      return nullptr;
    make_slots();
  }
  auto& s = slots_[free_.back()];
  free_.pop_back();
  run(s, ticket);
  return &s;
}

/// Each use has a generation of its own.
void worker_slots::run(call_slot& s, ticket_id ticket) {
  ++s.id.generation;
  s.state = call_slot::use::running;
  s.ticket = ticket;
  if (by_ticket_)
    by_ticket_->insert_or_assign(ticket, s.id.slot);
  ++running_;
}

call_slot* worker_slots::find(wires::slot_id id) {
  if (id.slot >= slots_.size())
    return nullptr;
  auto& s = slots_[id.slot];
  return s.state != call_slot::use::free && s.id.generation == id.generation ? &s
                                                                             : nullptr;
}

call_slot* worker_slots::find_running(ticket_id ticket) {
  if (!by_ticket_) {
    by_ticket_.ensure();
    for (auto& s : slots_)
      if (s.state == call_slot::use::running)
        by_ticket_->emplace(s.ticket, s.id.slot);
  }
  auto i = by_ticket_->find(ticket);
  return i == by_ticket_->end() ? nullptr : &slots_[i->second];
}

const call_slot* worker_slots::look_for(ticket_id ticket) const {
  auto i = std::find_if(slots_.begin(), slots_.end(), [ticket](const call_slot& s) {
    return s.state != call_slot::use::free && s.ticket == ticket;
  });
  return i == slots_.end() ? nullptr : &*i;
}

call_slot* worker_slots::find_paused(std::string_view session) {
  auto i = by_session_.find(session);
  return i == by_session_.end() ? nullptr : &slots_[i->second];
}

void worker_slots::leave_state(call_slot& s) {
  if (s.state == call_slot::use::running) {
    if (by_ticket_)
      by_ticket_->erase(s.ticket);
    --running_;
  } else if (s.state == call_slot::use::paused) {
    by_session_.erase(s.session.str());
    --paused_;
  } else if (s.due) {
    due_.erase({*s.due, s.id.slot});
    s.due.reset();
  }
}

void worker_slots::pause(call_slot& s) {
  leave_state(s);
  s.state = call_slot::use::paused;
  by_session_[s.session.str()] = s.id.slot;
  ++paused_;
}

call_slot* worker_slots::hold(shared_bytes session) {
  auto s = take({});
  if (!s)
    return nullptr;
  s->session = std::move(session);
  pause(*s);
  return s;
}

void worker_slots::resume(call_slot& s, ticket_id ticket) {
  leave_state(s);
  run(s, ticket);
}

void worker_slots::abandon(call_slot& s) {
  leave_state(s);
  s.state = call_slot::use::abandoned;
  // A client that is gone is not kept for what may come for long.
  s.stream = {};
}

void worker_slots::set_due(call_slot& s, steady_clock::time_point due) {
  if (s.due)
    due_.erase({*s.due, s.id.slot});
  s.due = due;
  due_.insert({due, s.id.slot});
}

void worker_slots::put_off(steady_clock::time_point least) {
  while (!due_.empty() && due_.begin()->first < least)
    set_due(slots_[due_.begin()->second], least);
}

std::optional<steady_clock::time_point> worker_slots::next_due() const {
  return due_.empty() ? std::nullopt : std::optional{due_.begin()->first};
}

std::optional<steady_clock::time_point> worker_slots::next_wake_up() {
  auto due = next_due();
  return due && wake_ups_.wants(*due) ? due : std::nullopt;
}

call_slot* worker_slots::find_unanswered(steady_clock::time_point now) {
  for (auto& [due, i] : due_)
    if (due > now)
      break;
    else if (slots_[i].may_stay_unanswered)
      return &slots_[i];
  return nullptr;
}

bool worker_slots::take_due(steady_clock::time_point now) {
  wake_ups_.expire(now);
  bool any = false;
  for (; !due_.empty() && due_.begin()->first <= now; any = true) {
    slots_[due_.begin()->second].due.reset();
    due_.erase(due_.begin());
  }
  return any;
}

void worker_slots::free(call_slot& s) {
  leave_state(s);
  s.state = call_slot::use::free;
  s.session = {};
  s.answer = {};
  s.released = {};
  s.kind = {};
  s.ancestors = nullptr;
  s.trace = nullptr;
  s.request_id = {};
  s.stream = {};
  s.may_stay_unanswered = false;
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
    return s.state == call_slot::use::running && s.stream.flow
           && s.stream.flow->is_full();
  });
}

const call_slot* worker_slots::oldest() const {
  const call_slot* first = nullptr;
  for (auto& s : slots_)
    if (s.state == call_slot::use::running && (!first || s.ticket < first->ticket))
      first = &s;
  return first;
}

const call_slot* worker_slots::oldest_active() const {
  auto first = oldest();
  for (auto& s : slots_)
    if (s.state == call_slot::use::abandoned && (!first || s.ticket < first->ticket))
      first = &s;
  return first;
}

std::optional<std::string> worker_slots::verify() const {
  size_t running = 0;
  size_t paused = 0;
  size_t due = 0;
  size_t free = 0;
  for (auto& s : slots_) {
    running += s.state == call_slot::use::running;
    paused += s.state == call_slot::use::paused;
    free += s.state == call_slot::use::free;
    due += s.due.has_value();
    if (s.due
        && (s.state != call_slot::use::abandoned || !due_.contains({*s.due, s.id.slot})))
      return "worker_slots: a slot is due that is not abandoned, or not listed";
  }
  if (running != running_ || paused != paused_)
    return "worker_slots: the counts are not those of the slots";
  if (free != free_.size() || due != due_.size() || paused != by_session_.size()
      || (by_ticket_ && running != by_ticket_->size()))
    return "worker_slots: a list is not as long as there are such slots";
  for (auto i : free_)
    if (slots_[i].state != call_slot::use::free)
      return "worker_slots: a slot in use counts as free";
  for (auto& [session, i] : by_session_)
    if (slots_[i].state != call_slot::use::paused || slots_[i].session.view() != session)
      return "worker_slots: a session is not paused in its slot";
  if (by_ticket_)
    for (auto& [ticket, i] : *by_ticket_)
      if (slots_[i].state != call_slot::use::running || slots_[i].ticket != ticket)
        return "worker_slots: a ticket is not that of its slot";
  return std::nullopt;
}

} // namespace troupe::worker
