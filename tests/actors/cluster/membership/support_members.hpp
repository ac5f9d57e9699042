#pragma once

#include "actors/cluster/membership/member_list.hpp"
#include "protocol/base/limits.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <memory>

namespace troupe::testing::members {

using namespace std::chrono_literals;
using namespace troupe::membership;
using cluster::link_member;
using kind = dial_verdict::kind;

/// How a node with this name introduces itself.
inline peer_facts facts(const std::string& name, uint64_t run = 1) {
  return {name, name + ":1", node_incarnation{run}, "1.0",
          name + '#' + std::to_string(run)};
}

/// How others tell of it.
inline link_member row(const std::string& name, uint64_t run = 1) {
  return {name, name + ":1", node_incarnation{run}, node_state::up, "1.0"};
}

/// One node's list of members, with a clock and chances of the test's own.
struct lone_node {
  static constexpr auto patience = 10s;

  ~lone_node() { check(); }

  void start(const std::string& name, const std::vector<std::string>& configured) {
    list = std::make_unique<member_list>(
        facts(name), configured, patience, [this] { return share; }, now);
  }

  void check() {
    if (auto wrong = list ? list->verify() : std::nullopt)
      BOOST_ERROR(*wrong);
  }

  /// Returns the addresses that are dialled now.
  std::vector<std::string> dials() {
    std::vector<std::string> all;
    for (auto& order : list->due(now))
      all.push_back(order.address);
    check();
    return all;
  }

  void fail(const std::string& address) {
    list->failed(address, dial_failure::unreachable, now);
    check();
  }

  std::optional<objection> knock(const std::string& name, uint64_t run = 1) {
    auto why = list->knock(facts(name, run), now);
    check();
    return why;
  }

  void open(const std::string& name, uint64_t run = 1) {
    list->opened(name, node_incarnation{run}, now);
    check();
  }

  void lose(const std::string& name, uint64_t run = 1) {
    list->happens(name, node_incarnation{run}, member_event::lost, now);
    check();
  }

  void learn(const std::string& teller, const std::vector<link_member>& rows) {
    list->learn(teller, rows, now);
    check();
  }

  void pass(std::chrono::milliseconds d) { now += d; }

  node_state state_of(const std::string& name) { return list->members().at(name).state; }

  /// Returns what others were to be told since the last call: `node state kind`.
  std::vector<std::string> told() {
    std::vector<std::string> all;
    for (auto& c : list->take_changes())
      all.push_back(c.node + ' ' + std::string{word_for(c.state)} + ' '
                    + std::string{event_kind(c.news)});
    return all;
  }

  time_point now{1h};
  double share = 0.5;
  std::unique_ptr<member_list> list;
};

} // namespace troupe::testing::members
