#include "actors/cluster/reception/reception.hpp"

#include "actors/cluster/frame_bounds.hpp"
#include "protocol/hello/hello_line.hpp"

#include <caf/send.hpp>

#include <algorithm>
#include <utility>
#include <variant>

namespace troupe::reception {

namespace {

using live_connections = std::vector<std::weak_ptr<basp::live_connection>>;

/// A connection that the door has let through.
class let_in final : public coordination::peer_connection {
public:
  let_in(basp::network& network, basp::connection c, bool dialled,
         caf::strong_actor_ptr published, std::shared_ptr<live_connections> all)
    : network_(network)
    , connection_(std::move(c))
    , dialled_(dialled)
    , published_(std::move(published))
    , all_(std::move(all)) {}

  ~let_in() override { close(); }

  void begin(answer then) override {
    live_ = dialled_ ? network_.dialled(std::move(connection_), std::move(then))
                     : network_.accepted(std::move(connection_), published_);
    std::erase_if(*all_, [](auto& c) { return c.expired(); });
    all_->push_back(live_);
    live_->expect(cluster::message_bound(frame_));
  }

  void expect(uint64_t max_frame) override {
    frame_ = std::max(frame_, max_frame);
    if (live_)
      live_->expect(cluster::message_bound(frame_));
  }

  void close() override {
    if (live_)
      live_->close();
    connection_.socket.reset();
  }

  bool is_open() const override {
    return live_ ? live_->is_open() : static_cast<bool>(connection_.socket);
  }

  steady_clock::time_point heard_at() const override {
    return live_ ? live_->heard_at() : steady_clock::time_point{};
  }

private:
  basp::network& network_;
  basp::connection connection_;
  bool dialled_;
  caf::strong_actor_ptr published_;
  std::shared_ptr<live_connections> all_;
  std::shared_ptr<basp::live_connection> live_;
  /// The largest `max_frame` that this node reckons with.
  uint64_t frame_ = limits::peer_frame;
};

hello::refusal refusal_for(membership::objection why, const std::string& peer) {
  using membership::objection;
  switch (why) {
    case objection::own_name:
      return {hello::reason::own_name, "this node's name is " + peer + ", too"};
    case objection::name_taken:
      return {hello::reason::name_taken, "another node with the name " + peer + " lives"};
    case objection::id_taken:
      return {hello::reason::id_taken,
              "a node of the cluster has the same CAF node id: in containers, see `pid: "
              "host`"};
    case objection::too_many:
      return {hello::reason::too_many, "this node knows as many others as it can"};
    default:
      return {hello::reason::already_connected, "the two nodes are connected"};
  }
}

/// What a refusal means for the next attempt.
membership::dial_failure failure_of(const hello::refusal& why) {
  using membership::dial_failure;
  switch (why.why) {
    case hello::reason::dialled_itself:
      return dial_failure::itself;
    case hello::reason::unknown_host:
    case hello::reason::unreachable:
    case hello::reason::no_hello:
    case hello::reason::already_connected:
    case hello::reason::name_taken: // by an earlier run that is not given up yet
      return dial_failure::unreachable;
    default:
      return dial_failure::refused;
  }
}

/// Whether operators are told: it is no news that two dial each other at once, that a
/// node which is down does not answer, or that a file for all nodes names this one, too.
bool is_news(const hello::refusal& why) {
  return why.why != hello::reason::already_connected
         && why.why != hello::reason::unreachable
         && failure_of(why) != membership::dial_failure::itself;
}

/// Returns the refusal that a peer has said in the place of CAF's first frame, if it has:
/// this node's welcome came too late for it.
std::optional<hello::refusal> find_refusal(std::string_view said) {
  auto end = said.find('\n');
  if (end == said.npos)
    return std::nullopt;
  auto line = hello::read_line(said.substr(0, end));
  auto why = line ? std::get_if<hello::refusal>(&*line) : nullptr;
  return why ? std::optional{std::move(*why)} : std::nullopt;
}

} // namespace

membership::peer_facts facts_of(const hello::introduction& who) {
  return {who.node, who.advertise, node_incarnation{who.incarnation}, who.program,
          who.process};
}

size_t reception::waiting() const {
  size_t sum = 0;
  for (auto& c : *live_)
    if (auto live = c.lock(); live && live->is_open())
      sum += live->waiting();
  return sum;
}

std::optional<hello::refusal> reception::judge(const hello::introduction& peer,
                                               door::opened_by opened,
                                               const std::string& address) {
  auto now = steady_clock::now();
  auto who = facts_of(peer);
  std::optional<membership::objection> why;
  if (opened == door::opened_by::us) {
    auto verdict = members_->answered(address, who, now);
    if (verdict.what == membership::dial_verdict::kind::drop)
      why = verdict.why;
  } else {
    why = members_->knock(who, now);
  }
  return why ? std::optional{refusal_for(*why, peer.node)} : std::nullopt;
}

void reception::arrived(door::arrival who) {
  auto dialled = who.opened == door::opened_by::us;
  basp::connection c{std::move(who.socket), std::move(who.tls), std::move(who.early),
                     who.peer.process};
  auto counts = counts_->of(who.peer.node);
  c.bytes = {counts, &counts->bytes};
  c.on_refused = [to = cluster_, node = who.peer.node,
                  address = who.address](basp::refusal why, std::string_view said) {
    coordination::refusal_notice notice{std::string{name_of(why)},
                                        "the connection is closed", node, address};
    notice.was_let_in = true;
    if (auto theirs = find_refusal(said)) {
      notice.reason = name_of(theirs->why);
      notice.message = std::move(theirs->message);
      notice.by_us = false;
    }
    caf::anon_send(to, std::move(notice));
  };
  auto connection =
      std::make_shared<let_in>(network_, std::move(c), dialled, published_, live_);
  caf::anon_send(cluster_,
                 coordination::arrival{facts_of(who.peer), dialled, connection});
}

void reception::fell_through(const hello::introduction& peer, const door::rejection&) {
  caf::anon_send(cluster_,
                 coordination::missed_connection{.address = {}, .node = peer.node});
}

void reception::dial_failed(const door::rejection& why) {
  caf::anon_send(cluster_,
                 coordination::missed_connection{
                     why.address, failure_of(why.refusal), why.node,
                     why.refusal.why == hello::reason::unreachable ? why.refusal.message
                                                                   : std::string{}});
}

void reception::refused(const door::rejection& last, uint64_t times) {
  if (!is_news(last.refusal))
    return;
  caf::anon_send(cluster_, coordination::refusal_notice{
                               std::string{name_of(last.refusal.why)},
                               last.refusal.message, last.node, last.address,
                               last.by == door::refused_by::us, quantity{times}});
}

} // namespace troupe::reception
