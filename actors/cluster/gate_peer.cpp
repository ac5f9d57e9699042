#include "actors/cluster/gate_peer.hpp"

#include "actors/cluster/call_results.hpp"

namespace troupe::cluster {

gate_peer::gate_peer(link_open who, link_actor link, std::shared_ptr<turn_end> out)
  : node_(std::move(who.node))
  , incarnation_(who.incarnation)
  , link_(std::move(link))
  , out_(std::move(out))
  , sink_(std::make_shared<gate_sink>(out_)) {}

gate_peer::~gate_peer() {
  close();
}

void gate_peer::gather() {
  for (auto& a : sink_->take()) {
    link_call_id id{uint64_t{a.tag}};
    auto call = calls_.find(id);
    if (auto result = std::get_if<call_result>(&a.what)) {
      if (!call)
        continue;
      calls_.remove(id);
      waiting_.emplace_back(link_outcome{id, std::move(*result), false});
      continue;
    }
    auto& part = std::get<shared_bytes>(a.what);
    if (call) {
      gate_calls::add_part(*call, std::move(a.flow), part.size());
      waiting_.emplace_back(link_chunk{id, std::move(part)});
    } else {
      a.flow->remove(part.size()); // the call has ended
    }
  }
}

gate_peer::delivery gate_peer::take_delivery() {
  gather();
  delivery d;
  while (!waiting_.empty() && window_.is_open()) {
    auto& next = waiting_.front();
    if (auto part = std::get_if<link_chunk>(&next)) {
      window_.send(bytes_of(part->payload));
      d.parts.chunks.push_back(std::move(*part));
    } else {
      auto& o = std::get<link_outcome>(next);
      window_.send(bytes_of(o.result));
      d.outcomes.outcomes.push_back(std::move(o));
    }
    waiting_.pop_front();
  }
  auto was_behind = sink_->is_behind();
  sink_->set_behind(!waiting_.empty());
  d.has_caught_up = was_behind && waiting_.empty();
  return d;
}

bool gate_peer::has_unsent() {
  gather();
  return !waiting_.empty();
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

void gate_peer::refuse(link_call_id id, fault why, bool returned) {
  waiting_.emplace_back(link_outcome{id, failed(std::move(why)), returned});
  out_->want();
}

void gate_peer::close() {
  out_->close();
  sink_->close();
  calls_.remove_all();
  waiting_.clear();
}

std::optional<std::string> gate_peer::verify() const {
  return calls_.verify();
}

} // namespace troupe::cluster
