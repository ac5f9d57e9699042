#include "actors/cluster/gate_peer.hpp"

#include "actors/cluster/call_results.hpp"
#include "actors/cluster/frame_bounds.hpp"

namespace troupe::cluster {

namespace {

/// Space for so many outcomes of one turn is made at once, and kept.
constexpr size_t usual_outcomes = 1024;

} // namespace

gate_peer::gate_peer(link_open who, link_actor link, std::shared_ptr<turn_end> out,
                     std::shared_ptr<peer_counts> counts, size_t most_calls)
  : node_(std::move(who.node))
  , incarnation_(who.incarnation)
  , link_(std::move(link))
  , out_(std::move(out))
  , sink_(std::make_shared<gate_sink>(out_, node_))
  , counts_(std::move(counts))
  , most_calls_(most_calls)
  , calls_(most_calls) {}

gate_peer::~gate_peer() {
  close();
}

void gate_peer::add_outcome(link_outcome&& o) {
  counts_->in.add(code_of(o.result));
  add(std::move(o));
}

template <class T>
void gate_peer::add(T&& what) {
  if (waiting_.empty() && window_.is_open())
    deliver(std::move(what));
  else
    waiting_.emplace_back(std::move(what));
}

void gate_peer::deliver(link_outcome&& o) {
  window_.send(bytes_of(o.result));
  auto& all = next_.outcomes.outcomes;
  if (all.empty())
    all.reserve(std::min(arrivals_.size() + waiting_.size(), usual_outcomes));
  all.push_back(std::move(o));
}

void gate_peer::deliver(link_chunk&& part) {
  window_.send(bytes_of(part.payload));
  next_.parts.chunks.push_back(std::move(part));
}

void gate_peer::gather() {
  sink_->take(arrivals_);
  for (auto& a : arrivals_) {
    link_call_id id{uint64_t{a.tag}};
    if (auto result = std::get_if<call_result>(&a.what))
      gather(id, std::move(*result));
    else
      gather(id, std::move(std::get<shared_bytes>(a.what)), std::move(a.flow));
  }
  arrivals_.clear();
  if (arrivals_.capacity() > usual_outcomes)
    arrivals_ = {};
}

void gate_peer::gather(link_call_id id, call_result&& result) {
  auto call = calls_.find(id);
  if (!call)
    return;
  auto form = call->form;
  calls_.remove(id);
  if (auto why = find_excess(bytes_of(result)))
    result = failed(std::move(*why));
  auto why = bad_in(result);
  auto returned = why && why->details.never_started;
  add_outcome({id, std::move(result), returned, form});
}

void gate_peer::gather(link_call_id id, shared_bytes part,
                       std::shared_ptr<stream_flow> flow) {
  auto call = calls_.find(id);
  auto why = find_excess(bytes_of(part));
  if (call && !why) {
    gate_calls::add_part(*call, std::move(flow), part.size());
    add(link_chunk{id, std::move(part)});
    return;
  }
  flow->remove(part.size());
  if (!call)
    return; // it has ended
  next_.cancelled.emplace_back(calls_.callee_of(*call), tag_id{uint64_t{id}});
  calls_.remove(id);
  add_outcome({id, failed(std::move(*why)), false});
}

std::optional<fault> gate_peer::find_excess(size_t bytes) const {
  auto most = item_bound(frame_);
  if (bytes <= most)
    return std::nullopt;
  return fault{code::payload_too_large, "the result has " + std::to_string(bytes)
                                            + " bytes, the node of the caller takes "
                                            + std::to_string(most)};
}

gate_peer::delivery gate_peer::take_delivery() {
  gather();
  while (!waiting_.empty() && window_.is_open()) {
    std::visit([this](auto& what) { deliver(std::move(what)); }, waiting_.front());
    waiting_.pop_front();
  }
  auto d = std::exchange(next_, {});
  auto has_changed = sink_->set_behind(!waiting_.empty());
  d.has_caught_up = has_changed && waiting_.empty();
  return d;
}

bool gate_peer::has_unsent() {
  gather();
  return !waiting_.empty() || !next_.outcomes.outcomes.empty()
         || !next_.parts.chunks.empty();
}

void gate_peer::acknowledge(link_bytes total) {
  window_.acknowledge(total);
  if (!waiting_.empty())
    out_->want();
}

void gate_peer::take_parts(const link_taken& m) {
  for (auto& p : m.parts)
    if (auto call = calls_.find(p.id))
      gate_calls::take_part(*call, p.bytes);
}

void gate_peer::refuse(link_call_id id, fault why) {
  add_outcome({id, failed(std::move(why)), true});
  out_->want();
}

void gate_peer::close() {
  out_->close();
  sink_->close();
  counts_->in.add(code::cancelled, calls_.size()); // nobody waits for them any more
  calls_.remove_all();
  waiting_.clear();
  next_ = {};
}

std::optional<std::string> gate_peer::verify() const {
  return calls_.verify();
}

} // namespace troupe::cluster
