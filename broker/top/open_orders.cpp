#include "broker/top/open_orders.hpp"

namespace troupe::top {

open_orders::open_orders(asker::connector connect, std::function<void()> on_reply)
  : connect_(std::move(connect))
  , on_reply_(std::move(on_reply)) {}

bool open_orders::give(const order& what) {
  if (open_.size() >= most)
    return false;
  open_.push_back({what.text, std::make_unique<asker>(connect_, on_reply_)});
  open_.back().by->ask(what.what);
  return true;
}

std::vector<open_orders::ended_order> open_orders::take() {
  std::vector<ended_order> ended;
  std::erase_if(open_, [&ended](open_order& o) {
    auto reply = o.by->take();
    if (reply)
      ended.push_back({o.text, std::move(reply->result)});
    return reply.has_value();
  });
  return ended;
}

std::vector<std::string> open_orders::texts() const {
  std::vector<std::string> all;
  for (auto& o : open_)
    all.push_back(o.text);
  return all;
}

} // namespace troupe::top
