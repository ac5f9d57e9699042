#pragma once

#include "actors/basp/network.hpp"
#include "tests/actors/loop/support_loop.hpp"

#include <atomic>
#include <optional>
#include <string>
#include <vector>

/// Two nodes of CAF in one process, each with a loop, and peers that are no nodes.
namespace troupe::testing {

using namespace basp;

/// What a node publishes: adds one to numbers, keeps words.
using gate_actor = caf::typed_actor<caf::replies_to<int32_t>::with<int32_t>,
                                    caf::reacts_to<std::string>>;

struct basp_config : loop_config {
  basp_config() { configure(*this); }
};

/// An actor system whose peers come in over its own loop.
class peer_node {
public:
  explicit peer_node(bounds limits = {});
  ~peer_node();

  /// Ends the published actor and waits for it.
  void end_gate();
  /// Ends the loop, then the network.
  void end();

  std::string id() const { return network::node_id(system); }

  /// Takes a connection as `network` does, but may be called by the test's thread.
  std::shared_ptr<live_connection> accept(connection c);
  std::shared_ptr<live_connection> dial(connection c, network::answer then);
  /// Dials and returns the answer.
  result<caf::strong_actor_ptr> dial(connection c);

  /// What the loop's thread sees of a connection.
  bool is_open(const std::shared_ptr<live_connection>& x);
  std::optional<refusal> refused(const std::shared_ptr<live_connection>& x);

  basp_config cfg;
  caf::actor_system system;
  running_loop loop;
  std::optional<network> net;
  caf::strong_actor_ptr gate;
  tally words;
};

/// Two ends that are connected; neither blocks.
struct two_ends {
  loop::unique_fd first, second;
};
two_ends socket_pair();
two_ends tcp_pair();

/// Waits until `f` holds; returns whether it does.
bool eventually(const std::function<bool()>& f);

/// Asks `who`, which may be far away, to add one. Returns 0 if there is no answer.
int32_t add_one(caf::actor_system& from, const caf::strong_actor_ptr& who, int32_t x,
                std::chrono::milliseconds at_most = 5s);

/// Two nodes that are connected: `b` has dialled `a`.
struct pair_fixture {
  peer_node a, b;
  std::shared_ptr<live_connection> at_a, at_b;
  caf::strong_actor_ptr gate_of_a;

  pair_fixture() { connect(socket_pair()); }
  ~pair_fixture();
  void connect(two_ends ends);
};

/// A frame of BASP by its parts.
struct raw_frame {
  uint8_t operation = 0;
  uint8_t flags = 0;
  uint64_t data = 0;
  uint64_t source = 0;
  uint64_t destination = 0;
  std::string payload = {};
  /// What the header says of the payload, if not the truth.
  std::optional<uint32_t> claims = {};

  std::string bytes() const;
};

/// The payloads that CAF's protocol has.
std::string spell(const caf::node_id& x);
std::string spell(const caf::node_id& from, const caf::node_id& to);
/// A message with one value.
template <class T>
std::string spell_message(caf::actor_system& system, const T& x) {
  std::vector<char> out;
  caf::binary_serializer sink{system, out};
  BOOST_REQUIRE(!sink(std::vector<caf::strong_actor_ptr>{}, caf::make_message(x)));
  return {out.begin(), out.end()};
}
caf::node_id some_node(uint32_t pid);

/// A peer that is no node: it writes what it likes, and reads until the end.
class raw_peer {
public:
  explicit raw_peer(loop::unique_fd socket);

  /// Returns false if the other end takes no more.
  bool write(std::string_view bytes);
  /// Whether the other end hangs up before the test's patience ends.
  bool is_let_go();

  loop::unique_fd socket;
};

} // namespace troupe::testing
