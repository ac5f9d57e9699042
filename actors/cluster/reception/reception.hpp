#pragma once

#include "actors/basp/network.hpp"
#include "actors/cluster/coordination/cluster_actor.hpp"
#include "actors/cluster/door/door_owner.hpp"
#include "actors/cluster/membership/member_list.hpp"
#include "actors/cluster/peer_counts.hpp"

#include <memory>
#include <vector>

namespace troupe::reception {

/// Returns what a node says of itself, as the list of members keeps it.
membership::peer_facts facts_of(const hello::introduction& who);

/// Stands between the door, which knows sockets, and CLUSTER, which knows nodes: answers
/// the door at once from the list of members, and tells CLUSTER. For the loop's thread
/// only.
class reception final : public door::door_owner {
public:
  /// @param network, members Outlive it, and what it hands over.
  /// @param published What peers get: this node's GATE.
  /// @param counts What this node counts of its peers.
  reception(basp::network& network, std::shared_ptr<membership::member_list> members,
            caf::strong_actor_ptr published,
            std::shared_ptr<cluster::all_peer_counts> counts)
    : network_(network)
    , members_(std::move(members))
    , published_(std::move(published))
    , counts_(std::move(counts)) {}

  /// Whom to tell; before anybody comes.
  void report_to(coordination::cluster_actor who) { cluster_ = std::move(who); }

  /// Returns how many bytes wait for peers to read them.
  size_t waiting() const;

  std::optional<hello::refusal> judge(const hello::introduction& peer,
                                      door::opened_by opened,
                                      const std::string& address) override;
  void arrived(door::arrival who) override;
  void fell_through(const hello::introduction& peer, const door::rejection& why) override;
  void dial_failed(const door::rejection& why) override;
  void refused(const door::rejection& last, uint64_t times) override;

private:
  basp::network& network_;
  std::shared_ptr<membership::member_list> members_;
  caf::strong_actor_ptr published_;
  std::shared_ptr<cluster::all_peer_counts> counts_;
  coordination::cluster_actor cluster_;
  /// What CAF's protocol is spoken over.
  std::shared_ptr<std::vector<std::weak_ptr<basp::live_connection>>> live_ =
      std::make_shared<std::vector<std::weak_ptr<basp::live_connection>>>();
};

} // namespace troupe::reception
