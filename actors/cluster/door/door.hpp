#pragma once

#include "actors/cluster/door/dialling.hpp"
#include "actors/cluster/door/half_open.hpp"
#include "actors/cluster/door/refusal_tally.hpp"
#include "protocol/base/cluster_limits.hpp"
#include "protocol/tls/context.hpp"

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace troupe::door {

/// The certificates of a node; both null for plain TCP.
struct door_keys {
  tls::context::ptr server;
  tls::context::ptr client;
};

/// What a door must know.
struct door_options {
  hello::introduction own;
  door_keys keys = {};
  std::chrono::milliseconds patience = limits::hello_time;
  /// Of those who have dialled; those that we have dialled do not count.
  size_t most_half_open = limits::half_open;
};

/// Takes connections of other nodes, and makes them, up to where both have agreed to
/// talk. For the loop's thread only; so it is destroyed there.
class door {
public:
  /// @param owner Outlives it.
  door(loop::event_loop& home, door_options options, door_owner& owner);
  ~door();
  door(const door&) = delete;
  door& operator=(const door&) = delete;

  /// Takes connections from `sockets`, which listen and do not block.
  void listen(std::vector<loop::unique_fd> sockets);

  /// Takes no more of them. What is half open goes on.
  void stop_listening() { listeners_.clear(); }

  /// Dials `host:port`, with each address of the host in its turn. The owner hears what
  /// becomes of it, later.
  void dial(const std::string& address);

  /// Returns how many who have dialled are not let in yet.
  size_t half_open_count() const noexcept { return knocking_; }

  const refusal_tally<hello::reason>& refusals() const noexcept { return tally_; }

private:
  struct visitor {
    std::unique_ptr<half_open> connection;
    opened_by opened = opened_by::peer;
    /// Of one that we dial, until the owner of the door knows what became of it.
    std::unique_ptr<dialling> dialled;
    /// Whether the owner of the door was told that nothing comes of it.
    bool is_told = false;
  };
  using visitors = std::map<uint64_t, visitor>;

  // -- those who dial (door.cpp) -------------------------------------------------------

  void accept_some(int listener);
  void pause_listening();
  void turn_away(loop::unique_fd socket, std::string address);

  // -- those that we dial (door_dialling.cpp) ------------------------------------------

  void resolved(std::unique_ptr<dialling> d,
                result<outbound::resolver::addresses, std::string> all);
  void try_next(std::unique_ptr<dialling> d);
  void dial_over(std::unique_ptr<dialling> d, rejection why);

  // -- all -----------------------------------------------------------------------------

  void add(loop::unique_fd socket, std::string address,
           std::unique_ptr<dialling> dialled);
  greeting::judge judge_for(const tls::channel* tls, opened_by opened,
                            std::string address);
  void proceed(uint64_t id);
  void settle(visitor& who);
  void drop(visitors::iterator who);
  void tell(const rejection& why);
  void tell_rest();
  void tick();
  void set_ticker();

  loop::event_loop& home_;
  door_options options_;
  door_owner& owner_;
  refusal_tally<hello::reason> tally_;
  /// The last one of each reason, if the owner has not heard of it.
  std::map<hello::reason, rejection> untold_;
  std::vector<std::unique_ptr<loop::descriptor>> listeners_;
  /// No descriptor was left for who comes: the listeners wait for the next tick.
  bool is_paused_ = false;
  visitors visitors_;
  uint64_t last_id_ = 0;
  /// Those of `visitors_` who have dialled.
  size_t knocking_ = 0;
  /// A timer of the system that runs while there is anything to wait for.
  loop::descriptor ticker_;
  bool is_ticking_ = false;
  outbound::resolver resolver_;
};

} // namespace troupe::door
