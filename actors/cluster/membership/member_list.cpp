#include "actors/cluster/membership/member_list.hpp"

#include "protocol/base/address.hpp"
#include "protocol/base/cluster_limits.hpp"
#include "protocol/base/host_port.hpp"

#include <algorithm>

namespace troupe::membership {

member_list::member_list(peer_facts own, const std::vector<std::string>& configured,
                         std::chrono::milliseconds patience, random_share random,
                         time_point now)
  : own_(std::move(own))
  , patience_(patience)
  , random_(std::move(random)) {
  for (auto& address : configured) {
    if (address == own_.advertise)
      continue;
    auto& d = strangers_[address];
    d.addresses = {address};
    d.due = now;
  }
}

member* member_list::find(std::string_view name) {
  auto i = members_.find(name);
  return i == members_.end() ? nullptr : &i->second;
}

member& member_list::meet(const peer_facts& who, time_point now) {
  auto [i, is_new] = members_.try_emplace(who.name);
  auto& m = i->second;
  if (is_new) {
    m.facts = who;
    m.since = now;
    m.dial.due = now;
  }
  add_address(m, who.advertise, false);
  return m;
}

void member_list::take_facts(member& m, const peer_facts& who, bool dialled,
                             time_point now) {
  m.facts = who;
  m.link = {link_phase::opening, dialled, now};
}

void member_list::add_address(member& m, const std::string& address, bool promising) {
  // Others may have heard anything of it. An empty one is of a node that only dials.
  if (!is_host_port(address))
    return;
  auto& all = m.dial.addresses;
  if (auto i = std::find(all.begin(), all.end(), address); i == all.end())
    all.insert(promising ? all.begin() : all.end(), address);
  if (all.size() > limits::member_addresses)
    all.pop_back();
  if (auto i = strangers_.find(address); i != strangers_.end()) {
    m.configured = true;
    if (m.dial.under_way.empty()) // it may be ringing there
      m.dial.under_way = i->second.under_way;
    strangers_.erase(i);
  }
}

bool member_list::is_id_taken(const peer_facts& who) const {
  return who.process == own_.process
         || std::any_of(members_.begin(), members_.end(), [&](auto& row) {
              auto& m = row.second;
              return m.link.phase != link_phase::none && m.facts.process == who.process
                     && row.first != who.name;
            });
}

void member_list::change(member& m, member_event e, time_point now) {
  auto became = step(m.state, e);
  if (became.next != m.state)
    m.since = now;
  if (became.next != m.state || became.news != member_news::none)
    changes_.push_back({m.facts.name, became.next, became.news});
  m.state = became.next;
}

void member_list::opened(const std::string& name, node_incarnation run, time_point now) {
  auto m = find(name);
  if (!m || m->facts.incarnation != run || m->link.phase != link_phase::opening)
    return;
  m->known = true;
  m->link.phase = link_phase::open;
  m->link.since = now;
  change(*m, member_event::connected, now);
}

void member_list::happens(const std::string& name, node_incarnation run, member_event e,
                          time_point now) {
  auto m = find(name);
  if (!m || m->facts.incarnation != run || m->link.phase == link_phase::none)
    return;
  if (e == member_event::lost && !m->is_kept()) {
    members_.erase(members_.find(name)); // it takes no place, and its name is free
    return;
  }
  if (e == member_event::lost) {
    // A connection that breaks as soon as it is open is no reason to hurry.
    if (m->link.phase == link_phase::open && now - m->link.since >= limits::link_settled)
      m->dial.wait.reset();
    m->link = {link_phase::none, false, now};
    m->dial.due = now + m->dial.wait.next(random_);
  }
  if (m->link.phase != link_phase::opening)
    change(*m, e, now);
}

void member_list::learn(const std::string& teller,
                        const std::vector<cluster::link_member>& rows, time_point now) {
  for (auto& row : rows) {
    if (row.name == teller) {
      if (row.state == node_state::leaving)
        happens(teller, row.incarnation, member_event::leaves, now);
      continue;
    }
    auto is_alive = row.state == node_state::up || row.state == node_state::suspect;
    if (row.name == own_.name || !is_alive || !is_valid_name(row.name))
      continue;
    auto m = find(row.name);
    if (m)
      m->known = true;
    if (m
        && (m->link.phase != link_phase::none || row.incarnation < m->facts.incarnation))
      continue; // what this node knows at first hand, or later than the teller
    if (!m && members_.size() >= limits::cluster_members)
      continue;
    auto runs_anew = !m || m->facts.incarnation != row.incarnation;
    auto& told = meet({row.name, row.advertise, row.incarnation, row.version}, now);
    told.known = true;
    told.facts.incarnation = row.incarnation;
    told.facts.advertise = row.advertise;
    told.facts.version = row.version;
    if (runs_anew) { // worth an attempt at once
      told.dial.wait.reset();
      told.dial.due = std::min(told.dial.due, now);
    }
  }
}

bool member_list::was_let_in(std::string_view name, node_incarnation run,
                             std::string_view process) const {
  auto i = members_.find(name);
  return i != members_.end() && i->second.link.phase != link_phase::none
         && i->second.facts.incarnation == run && i->second.facts.process == process;
}

std::vector<cluster::link_member> member_list::rows() const {
  std::vector<cluster::link_member> all;
  all.push_back({own_.name, own_.advertise, own_.incarnation,
                 leaving_ ? node_state::leaving : node_state::up, own_.version});
  for (auto& [name, m] : members_)
    if (m.link.phase == link_phase::open)
      all.push_back(
          {name, m.facts.advertise, m.facts.incarnation, m.state, m.facts.version});
  return all;
}

std::optional<std::string> member_list::verify() const {
  for (auto& [name, m] : members_) {
    if (name != m.facts.name || name == own_.name)
      return "members: " + m.facts.name + " is kept as " + name;
    if ((m.link.phase == link_phase::open) != (m.state != node_state::down))
      return "members: " + name + " is " + std::string{word_for(m.state)}
             + ", which its connection is not";
    if (!m.is_kept() && m.link.phase != link_phase::opening)
      return "members: " + name + " is kept, though it was never connected";
    if (m.dial.addresses.size() > limits::member_addresses)
      return "members: " + name + " has too many addresses";
    for (auto& address : m.dial.addresses)
      if (strangers_.count(address) > 0)
        return "members: " + address + " is known as that of " + name
               + " and dialled as a stranger's";
  }
  return std::nullopt;
}

} // namespace troupe::membership
