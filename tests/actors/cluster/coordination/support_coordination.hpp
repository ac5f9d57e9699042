#pragma once

#include "actors/cluster/coordination/cluster.hpp"
#include "protocol/base/limits.hpp"
#include "tests/actors/fixture.hpp"

namespace troupe::testing {

using membership::peer_facts;

/// What a stand-in for a LINK was told.
struct told_link {
  peer_facts peer;
  std::vector<cluster::link_view> told;
  std::vector<fault> stopped;
};

/// A connection that notes what is done with it.
class fake_connection final : public coordination::peer_connection {
public:
  void begin(answer f) override { then = std::move(f); }
  void close() override { closed = true; }
  void expect(uint64_t max_frame) override { expected = max_frame; }
  bool is_open() const override { return !closed && !ended; }
  steady_clock::time_point heard_at() const override { return {}; }

  answer then;
  bool closed = false;
  /// The peer has hung up.
  bool ended = false;
  /// The largest `max_frame`; 0: CLUSTER has said nothing.
  uint64_t expected = 0;
};

/// A CLUSTER named `beta`, with stand-ins for the door, the LINKs and the GATE.
struct coordination_fixture : fixture {
  void start(const std::vector<std::string>& configured);

  /// How a node introduces itself. All run in the process of the test.
  peer_facts facts(const std::string& name, uint64_t run = 1) const;

  /// A node that was dialled has taken the connection.
  std::shared_ptr<fake_connection> answered(const std::string& address,
                                            const peer_facts& who);
  /// A node has dialled and was let in.
  std::shared_ptr<fake_connection> knocked(const peer_facts& who);
  /// CAF has found the GATE of a peer that was dialled.
  void found_gate(fake_connection& c);
  /// The LINK of a peer has introduced itself.
  void speaks(const peer_facts& who, const caf::node_id& process);
  void reports(const peer_facts& who, cluster::link_condition condition);
  /// A peer tells of these nodes, and of a pool of its own.
  void tells(const peer_facts& who, const std::vector<cluster::link_member>& rows,
             const std::string& told_pool = {}, uint32_t free = 1);
  /// A peer that has dialled is up.
  std::shared_ptr<fake_connection> comes(const peer_facts& who);

  cluster::node_state state_of(const std::string& node) const {
    return view->get()->state_of(node);
  }

  std::shared_ptr<membership::member_list> members;
  std::shared_ptr<cluster::view> view = std::make_shared<cluster::view>("beta");
  troupe::directory names{"beta"};
  std::shared_ptr<pool_load> load = std::make_shared<pool_load>();
  std::vector<std::string> dialled;
  std::vector<std::shared_ptr<told_link>> links;
  size_t told_gate_to_leave = 0;
  coordination::cluster_actor cluster;
};

} // namespace troupe::testing
