#pragma once

#include "actors/interfaces/pending_call.hpp"

#include <map>
#include <optional>
#include <utility>

namespace troupe::broker {

/// Looks at workers that have not been answered: questions of operators, which are no
/// calls. No count, no slot of a worker and no history knows of them.
class open_looks {
public:
  /// Takes in a look. Returns what names it at its worker, where no call has the same.
  ticket_id add(pending_call&& c) {
    ticket_id ticket{first_ticket + next_++};
    all_.emplace(ticket, std::move(c));
    return ticket;
  }

  /// Takes a look out, if it is still open.
  std::optional<pending_call> take(ticket_id ticket) { return take(all_.find(ticket)); }

  std::optional<pending_call> take(const reply_sink_ptr& sink, tag_id tag) {
    auto i = all_.begin();
    while (i != all_.end() && (i->second.sink != sink || i->second.tag != tag))
      ++i;
    return take(i);
  }

  /// The sink is gone: nothing is sent to it any more.
  void forget(const reply_sink_ptr& sink) {
    std::erase_if(all_, [&](auto& one) { return one.second.sink == sink; });
  }

  void fail_all(const fault& why) {
    for (auto& [ticket, c] : std::exchange(all_, {}))
      c.settle(failure(why));
  }

  size_t size() const noexcept { return all_.size(); }

private:
  using map = std::map<ticket_id, pending_call>;

  /// Tickets of calls count from 1, and stay below.
  static constexpr uint64_t first_ticket = uint64_t{1} << 63;

  std::optional<pending_call> take(map::iterator i) {
    if (i == all_.end())
      return std::nullopt;
    auto c = std::move(i->second);
    all_.erase(i);
    return c;
  }

  map all_;
  uint64_t next_ = 0;
};

} // namespace troupe::broker
