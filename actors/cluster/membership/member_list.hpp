#pragma once

#include "actors/cluster/membership/member.hpp"
#include "actors/cluster/messages.hpp"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace troupe::membership {

/// Why a node refuses another one that it understands.
enum class objection : uint8_t {
  /// It has the name of this node.
  own_name,
  /// A node of its name is a member and lives.
  name_taken,
  /// Its process has the number of this one, or of a member that lives.
  id_taken,
  /// There is a connection with it, or a better one is on its way.
  already_connected,
  /// This node knows as many others as it can.
  too_many,
};

/// What becomes of a connection that this node has dialled and the other one has taken.
struct dial_verdict {
  enum class kind : uint8_t {
    keep,
    /// Is kept; the one that the other has dialled is to be closed.
    replace,
    drop,
  };
  kind what = kind::keep;
  /// Why it is dropped; nothing if it is not.
  std::optional<objection> why = {};
};

/// How an attempt to dial has failed.
enum class dial_failure : uint8_t {
  /// Nobody is there, or nobody who understands.
  unreachable,
  /// The other side has refused this node: it will do so for a while.
  refused,
  /// The other side is this node itself: the address is not dialled again.
  itself,
};

/// An address to dial now.
struct dial_order {
  std::string address;
  /// Who is expected there; empty if that is not known.
  std::string name;

  bool operator==(const dial_order&) const = default;
};

/// A change of a member that others are to be told of.
struct member_change {
  std::string node;
  node_state state = node_state::down;
  member_news news = member_news::none;
};

/// The nodes of the cluster as one of them knows them: who is a member, in which state,
/// who dials whom, and who is refused. Knows neither sockets nor clocks: what happens is
/// told, with the time. For one thread.
class member_list {
public:
  /// @param own This node.
  /// @param configured Addresses of peers; its own may be among them.
  /// @param patience How long a node that is to be dialled by the other side waits for
  /// that, before it dials by itself.
  member_list(peer_facts own, const std::vector<std::string>& configured,
              std::chrono::milliseconds patience, random_share random, time_point now);

  // -- connections ---------------------------------------------------------------------

  /// Returns what is to be dialled now. Each counts as under way until `answered` or
  /// `failed` is called with its address. Forgets who was down for too long.
  std::vector<dial_order> due(time_point now);
  /// Returns when `due` is next worth calling.
  time_point next_due() const;

  /// Somebody has dialled this node: returns why he is refused. If he is not, his
  /// connection is opening.
  std::optional<objection> knock(const peer_facts& who, time_point now);
  /// Somebody who was dialled has taken the connection.
  dial_verdict answered(const std::string& address, const peer_facts& who,
                        time_point now);
  /// Returns whether it is a configured address, and nobody was met there yet.
  bool is_unmet(const std::string& address) const {
    return strangers_.count(address) > 0;
  }
  /// An attempt has failed.
  void failed(const std::string& address, dial_failure how, time_point now);
  /// Returns the members whose connections should be open by now and are not. They are
  /// lost, as `happens` has it.
  std::vector<std::string> expire(time_point now);

  // -- members -------------------------------------------------------------------------

  /// The first message over a connection has come.
  void opened(const std::string& name, node_incarnation run, time_point now);
  /// Something happens to the run of a member that there is a connection with; other runs
  /// are ignored. One that is lost before it was ever connected is forgotten, unless it
  /// is configured or another member has told of it.
  void happens(const std::string& name, node_incarnation run, member_event e,
               time_point now);
  /// A member tells of nodes, itself included. Of others only the names and addresses are
  /// believed.
  void learn(const std::string& teller, const std::vector<cluster::link_member>& rows,
             time_point now);
  /// This node leaves: nobody is dialled any more.
  void leave() noexcept { leaving_ = true; }
  bool is_leaving() const noexcept { return leaving_; }

  // -- what is known -------------------------------------------------------------------

  const peer_facts& own() const noexcept { return own_; }
  const std::map<std::string, member, std::less<>>& members() const noexcept {
    return members_;
  }
  /// Returns whether there is a connection with this run of a node, and it is that of
  /// this process. Whoever speaks for a node must be it.
  bool was_let_in(std::string_view name, node_incarnation run,
                  std::string_view process) const;
  /// Returns the nodes that members are told of: this one, and whoever it is connected
  /// with.
  std::vector<cluster::link_member> rows() const;
  /// Hands over the changes since the last call.
  std::vector<member_change> take_changes() { return std::exchange(changes_, {}); }
  /// Returns which rule of the data is broken, if any. For tests.
  std::optional<std::string> verify() const;

private:
  member* find(std::string_view name);
  /// Returns the member of this name, made if there is none.
  member& meet(const peer_facts& who, time_point now);
  /// What a connection that is opening says of a member.
  void take_facts(member& m, const peer_facts& who, bool dialled, time_point now);
  void add_address(member& m, const std::string& address, bool promising);
  /// Returns what dials `address` at present, or would.
  dialling* dials(const std::string& address);
  bool is_id_taken(const peer_facts& who) const;
  /// Returns whether this node is dialling `who`, as far as it can know.
  bool is_dialling(const peer_facts& who) const;
  bool may_dial(const member& m, time_point now) const;
  void change(member& m, member_event e, time_point now);
  void forget_old(time_point now);

  peer_facts own_;
  std::chrono::milliseconds patience_;
  random_share random_;
  bool leaving_ = false;
  std::map<std::string, member, std::less<>> members_;
  /// Configured addresses of which it is not known who is there.
  std::map<std::string, dialling, std::less<>> strangers_;
  std::vector<member_change> changes_;
};

} // namespace troupe::membership
