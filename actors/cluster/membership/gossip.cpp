#include "actors/cluster/membership/gossip.hpp"

#include "protocol/base/address.hpp"
#include "protocol/base/cluster_limits.hpp"

#include <algorithm>

namespace troupe::membership {

namespace {

bool differs_much(uint32_t a, uint32_t b) {
  auto more = std::max(a, b);
  auto less = std::min(a, b);
  return less == 0 ? more > 0 : 4 * uint64_t{more - less} > more;
}

bool is_same(const cluster::link_member& a, const cluster::link_member& b) {
  return a.name == b.name && a.advertise == b.advertise && a.incarnation == b.incarnation
         && a.state == b.state && a.version == b.version;
}

} // namespace

bool differs_much(const cluster::pool_figures& a, const cluster::pool_figures& b) {
  return a.size != b.size || differs_much(a.free, b.free)
         || differs_much(a.waiting, b.waiting) || differs_much(a.running, b.running);
}

std::optional<cluster::link_view>
told_to_peer::next(const std::vector<cluster::link_member>& members,
                   const std::vector<own_pool>& pools, uint64_t frame) {
  cluster::link_view news;
  news.frame = next_frame(frame);
  if (!std::equal(members.begin(), members.end(), members_.begin(), members_.end(),
                  is_same)) {
    members_ = members;
    news.members = members;
  }
  auto left = pools_;
  for (auto& p : pools) {
    left.erase(p.number);
    auto [told, is_new] = pools_.try_emplace(p.number, told_pool{p.load, p.max_frame});
    if (!is_new && !differs_much(told->second.load, p.load)
        && told->second.max_frame == p.max_frame)
      continue;
    told->second = {p.load, p.max_frame};
    news.pools.push_back(
        {p.number, is_new ? p.name : std::string{}, p.load, p.has_terminal, p.max_frame});
  }
  for (auto& [number, unused] : left) {
    pools_.erase(number);
    news.gone.push_back(number);
  }
  if (news.members.empty() && news.pools.empty() && news.gone.empty() && news.frame == 0)
    return std::nullopt;
  return news;
}

std::optional<cluster::link_view> told_to_peer::next(uint64_t frame) {
  cluster::link_view news;
  news.frame = next_frame(frame);
  return news.frame == 0 ? std::nullopt : std::optional{std::move(news)};
}

uint64_t told_to_peer::next_frame(uint64_t frame) {
  if (frame <= frame_)
    return 0;
  frame_ = frame;
  return frame;
}

bool heard_from_peer::take(const cluster::link_view& news) {
  auto changed = false;
  for (auto number : news.gone)
    changed = pools_.erase(number) > 0 || changed;
  for (auto& told : news.pools) {
    auto i = pools_.find(told.number);
    if (i == pools_.end()) {
      // What was never named cannot be called; neither can what has no valid name.
      if (!is_valid_name(told.name) || pools_.size() >= limits::peer_pools)
        continue;
      i = pools_.emplace(told.number, pool{told.name}).first;
    }
    i->second.load = told.load;
    i->second.has_terminal = told.has_terminal;
    i->second.max_frame = std::min(told.max_frame, limits::largest_peer_frame);
    largest_frame_ = std::max(largest_frame_, i->second.max_frame);
    changed = true;
  }
  return changed;
}

} // namespace troupe::membership
