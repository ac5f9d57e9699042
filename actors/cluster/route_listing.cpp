#include "actors/cluster/route.hpp"
#include "actors/interfaces/fan_in.hpp"
#include "protocol/base/listing_limits.hpp"

#include <algorithm>
#include <iterator>

/// What operators see of calls that other nodes have, and take back.
namespace troupe::cluster {

caf::result<open_calls> route_state::list_calls(const call_query& wanted) {
  auto asked = self->make_response_promise<open_calls>();
  auto finish = [asked, limit = wanted.limit](open_calls& calls) mutable {
    std::stable_sort(calls.begin(), calls.end(),
                     [](auto& a, auto& b) { return a.taken < b.taken; });
    if (calls.size() > limit)
      calls.resize(limit);
    asked.deliver(std::move(calls));
  };
  // Less than NODE waits for this: one that is silent must not cost what the others say.
  constexpr auto patience = limits::listing_patience / 2;
  auto all = std::make_shared<fan_in<open_calls>>(std::move(finish));
  for (auto& [node, l] : links)
    all->expect<open_calls>(
        self->request(l.link, patience, wanted), [](open_calls& out, open_calls& calls) {
          out.insert(out.end(), std::make_move_iterator(calls.begin()),
                     std::make_move_iterator(calls.end()));
        });
  all->close();
  return asked;
}

caf::result<open_call> route_state::cancel_for_operator(const std::string& node,
                                                        call_number number) {
  auto l = links.find(node);
  if (l == links.end())
    return to_error(no_such_call({{}, node, number}));
  return self->delegate(l->second.link, atom::cancel_v, number);
}

} // namespace troupe::cluster
