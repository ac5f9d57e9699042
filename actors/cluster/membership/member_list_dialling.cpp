#include "actors/cluster/membership/member_list.hpp"
#include "protocol/base/cluster_limits.hpp"

#include <algorithm>

/// Who dials whom, and which of two connections stays.
namespace troupe::membership {

namespace {

/// Begins an attempt if one is due.
void begin(dialling& d, const std::string& name, time_point now,
           std::vector<dial_order>& out) {
  if (!d.under_way.empty() || d.addresses.empty() || d.due > now)
    return;
  d.under_way = d.addresses[d.next_address++ % d.addresses.size()];
  out.push_back({d.under_way, name});
}

} // namespace

/// The smaller name dials, so that two nodes do not dial each other all the time. Two
/// exceptions keep a node from being alone: one that is configured is always dialled,
/// since it may have forgotten this node; and a connection that the other side does not
/// bring about for long is tried from here, since a firewall may have only one direction.
bool member_list::may_dial(const member& m, time_point now) const {
  return m.link.phase == link_phase::none
         && (m.configured || own_.name < m.facts.name
             || now - std::max(m.since, m.link.since) >= patience_);
}

std::vector<dial_order> member_list::due(time_point now) {
  std::vector<dial_order> all;
  if (leaving_)
    return all;
  forget_old(now);
  for (auto& [address, d] : strangers_)
    begin(d, {}, now, all);
  for (auto& [name, m] : members_)
    if (may_dial(m, now))
      begin(m.dial, name, now, all);
  return all;
}

time_point member_list::next_due() const {
  auto next = time_point::max();
  if (leaving_)
    return next;
  for (auto& [address, d] : strangers_)
    if (d.under_way.empty())
      next = std::min(next, d.due);
  for (auto& [name, m] : members_) {
    if (m.link.phase == link_phase::opening)
      next = std::min(next, m.link.since + limits::link_opening);
    if (m.link.phase != link_phase::none || !m.dial.under_way.empty()
        || m.dial.addresses.empty())
      continue; // one without an address only dials
    auto from = std::max(m.since, m.link.since);
    auto allowed = may_dial(m, from) ? from : from + patience_;
    next = std::min(next, std::max(m.dial.due, allowed));
  }
  return next;
}

void member_list::forget_old(time_point now) {
  std::erase_if(members_, [&](auto& row) {
    auto& m = row.second;
    return !m.configured && m.link.phase == link_phase::none && m.dial.under_way.empty()
           && now - m.since >= limits::member_memory;
  });
}

bool member_list::is_dialling(const peer_facts& who) const {
  if (auto i = members_.find(who.name); i != members_.end())
    return !i->second.dial.under_way.empty();
  auto i = strangers_.find(who.advertise);
  return i != strangers_.end() && !i->second.under_way.empty();
}

std::optional<objection> member_list::knock(const peer_facts& who, time_point now) {
  if (who.name == own_.name)
    return objection::own_name;
  if (is_id_taken(who))
    return objection::id_taken;
  if (auto m = find(who.name)) {
    if (m->link.phase != link_phase::none)
      return m->facts.incarnation == who.incarnation ? objection::already_connected
                                                     : objection::name_taken;
  } else if (members_.size() >= limits::cluster_members) {
    return objection::too_many;
  }
  // Both dial at once: what the smaller name has dialled stays.
  if (own_.name < who.name && is_dialling(who))
    return objection::already_connected;
  take_facts(meet(who, now), who, false, now);
  return std::nullopt;
}

dial_verdict member_list::answered(const std::string& address, const peer_facts& who,
                                   time_point now) {
  using enum dial_verdict::kind;
  if (who.name == own_.name) {
    failed(address, dial_failure::refused, now);
    return {drop, objection::own_name};
  }
  if (is_id_taken(who)) {
    failed(address, dial_failure::refused, now);
    return {drop, objection::id_taken};
  }
  if (auto d = dials(address)) { // another member's, if somebody has moved
    d->under_way.clear();
    d->due = now + d->wait.next(random_);
  }
  auto& m = meet(who, now);
  add_address(m, address, true);
  m.dial.under_way.clear();
  auto is_second = m.link.phase != link_phase::none;
  if (is_second && m.facts.incarnation != who.incarnation) {
    m.dial.due = now + m.dial.wait.next(random_);
    return {drop, objection::name_taken};
  }
  // One that the other has dialled and that is not open yet gives way to one that the
  // smaller name has dialled. The other side decides alike.
  auto is_better =
      m.link.phase == link_phase::opening && !m.link.dialled && own_.name < who.name;
  if (is_second && !is_better)
    return {drop, objection::already_connected};
  take_facts(m, who, true, now);
  return {is_second ? replace : keep, std::nullopt};
}

dialling* member_list::dials(const std::string& address) {
  if (auto i = strangers_.find(address); i != strangers_.end())
    return &i->second;
  for (auto& [name, m] : members_)
    if (m.dial.under_way == address)
      return &m.dial;
  return nullptr;
}

void member_list::failed(const std::string& address, dial_failure how, time_point now) {
  if (how == dial_failure::itself && strangers_.erase(address) > 0)
    return;
  auto d = dials(address);
  if (!d)
    return;
  d->under_way.clear();
  if (how != dial_failure::unreachable)
    d->wait.give_way();
  d->due = now + d->wait.next(random_);
}

std::vector<std::string> member_list::expire(time_point now) {
  std::vector<std::string> late;
  for (auto& [name, m] : members_)
    if (m.link.phase == link_phase::opening && now - m.link.since >= limits::link_opening)
      late.push_back(name);
  for (auto& name : late)
    happens(name, find(name)->facts.incarnation, member_event::lost, now);
  return late;
}

} // namespace troupe::membership
