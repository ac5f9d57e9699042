#pragma once

#include "actors/broker/broker.hpp"
#include "actors/cluster/gate.hpp"
#include "actors/cluster/link.hpp"
#include "actors/cluster/route.hpp"
#include "tests/actors/fixture.hpp"

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace troupe::testing {

using namespace cluster;

/// An actor whose data are verified after every message.
template <class Self>
class verified : public Self {
public:
  using init = std::function<typename Self::behavior_type(Self*)>;

  verified(caf::actor_config& cfg, init f)
    : Self(cfg)
    , init_(std::move(f)) {}

  /// The test scheduler has an actor take one message at a time.
  typename Self::resume_result resume(caf::execution_unit* unit, size_t max) override {
    auto result = Self::resume(unit, max);
    if (result != Self::done) // then there are no data any more
      if (auto wrong = this->state.verify())
        BOOST_ERROR(*wrong);
    return result;
  }

protected:
  typename Self::behavior_type make_behavior() override {
    return std::exchange(init_, nullptr)(this);
  }

private:
  init init_;
};

/// Remembers parts of streamed results, too.
class stream_sink : public recording_sink {
public:
  struct part {
    uint64_t tag;
    std::string bytes;
    std::shared_ptr<stream_flow> flow;
  };

  void chunk(tag_id tag, shared_bytes payload,
             std::shared_ptr<stream_flow> flow) override {
    parts.push_back({tag, payload.str(), std::move(flow)});
  }
  bool is_behind() const noexcept override { return behind; }

  std::vector<part> parts;
  bool behind = false;
};

/// What a stand-in for CLUSTER was told.
struct observer_record {
  std::vector<link_report> reports;
  std::vector<peer_opened> opened;
  std::vector<peer_view> views;

  /// Returns how the last report says that the link to `node` is.
  std::string condition_of(const std::string& node) const;
};

/// What a stand-in for a GATE was sent.
struct gate_record {
  std::vector<link_open> opened;
  std::vector<link_call> calls;
  /// Messages with calls.
  size_t batches = 0;
  std::vector<link_call_id> cancelled;
  std::vector<link_taken> taken;
  std::vector<beat_number> beats;
  std::vector<link_view> views;
  /// What the version of the sender has added to each message, in their order.
  std::vector<std::string> more;
  /// Whether beats are answered.
  bool answers = true;
};

/// Nodes of one process: their GATEs, ROUTEs and LINKs talk through handles, as if there
/// were a network in between. Pools are real BROKERs with stand-ins for workers.
struct cluster_fixture : fixture {
  /// A pool of one node.
  struct pool_side {
    broker_actor broker;
    std::shared_ptr<pool_load> load;
    worker_actor worker;
    std::shared_ptr<worker_record> record;
  };

  struct node_side {
    explicit node_side(const std::string& name)
      : names(name)
      , others(std::make_shared<view>(name)) {}

    directory names;
    std::shared_ptr<view> others;
    std::shared_ptr<observer_record> seen = std::make_shared<observer_record>();
    peer_observer_actor observer;
    gate_actor gate;
    route_actor route;
    std::map<std::string, link_actor> links;
    std::map<std::string, pool_side> pools;
    /// How many messages with calls its GATE was sent.
    std::shared_ptr<size_t> call_messages = std::make_shared<size_t>(0);
  };

  ~cluster_fixture();

  /// Returns the node, which is made when it is first named.
  node_side& at(const std::string& name);

  /// The node gets a pool with one worker.
  pool_side& add_pool(const std::string& node, const std::string& name,
                      uint32_t window = 1, uint64_t max_frame = limits::peer_frame);

  /// Both nodes open a LINK to the other.
  void connect(const std::string& a, const std::string& b);
  link_actor open_link_to(const std::string& from, const std::string& to);

  /// `node` knows that its peers run what they run, and are in these states.
  void tell_view(const std::string& node,
                 const std::map<std::string, node_state>& states = {});
  /// All nodes know all of each other.
  void tell_views();

  /// The connection between the two breaks: the LINK of `from` to `to` sees the GATE go.
  void kill(const caf::actor& who);
  template <class Handle>
  void kill(const Handle& who) {
    kill(caf::actor_cast<caf::actor>(who));
  }

  /// A call comes in at `node`, as a client would make it.
  void submit(const std::string& node, const std::string& to, uint64_t tag, call c);
  void submit(const std::string& node, const std::string& to, uint64_t tag) {
    submit(node, to, tag, make(tag));
  }
  void cancel(const std::string& node, uint64_t tag) {
    tell(at(node).route, atom::cancel_v, reply_sink_ptr{sink}, tag_id{tag});
  }
  call make(uint64_t tag) const;

  /// The pool's worker answers the `j`th job that it ever took.
  void answer(pool_side& p, size_t j, const std::string& payload);
  void fail(pool_side& p, size_t j, const fault& why);
  /// The pool's worker hands out a part of the result of its `j`th job.
  void say_part(pool_side& p, size_t j, const std::string& bytes,
                const std::shared_ptr<stream_flow>& flow);
  /// Returns the tags of the calls that the pool's worker took.
  std::vector<uint64_t> payloads(const pool_side& p) const;

  link_state& link_of(const std::string& from, const std::string& to);

  /// A stand-in for the GATE of a peer, and a real LINK to it.
  link_actor open_link_to(const std::string& from, const std::string& to,
                          const std::shared_ptr<gate_record>& record);

  std::map<std::string, std::unique_ptr<node_side>> nodes;
  std::shared_ptr<stream_sink> sink = std::make_shared<stream_sink>();
  /// What the version of the nodes adds to each message; for those made afterwards.
  std::string more;
  /// How many calls a peer takes of a LINK that is made afterwards.
  size_t calls_open = limits::link_calls_open;
  /// As of `link_context`. Empty: more than any test has calls.
  caller_windows::slots_of slots = {};
  /// Which of the candidates ROUTE looks at first; the next in each call.
  size_t picks = 0;
};

} // namespace troupe::testing
