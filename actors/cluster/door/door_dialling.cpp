#include "actors/cluster/door/door.hpp"
#include "protocol/config/listen.hpp"

#include <sys/socket.h>

#include <cerrno>
#include <cstring>
#include <utility>

namespace troupe::door {

using hello::reason;

void door::dial(const std::string& address) {
  // What is no address is looked up, too, and not found: the owner hears it later.
  auto where = config::parse_listen(address).value_or(config::listen_address{});
  auto d = std::make_shared<std::unique_ptr<dialling>>(
      std::make_unique<dialling>(dialling{address}));
  resolver_.resolve(where,
                    [this, d](result<outbound::resolver::addresses, std::string> all) {
                      resolved(std::move(*d), std::move(all));
                    });
}

void door::resolved(std::unique_ptr<dialling> d,
                    result<outbound::resolver::addresses, std::string> all) {
  if (!all) {
    d->last = {reason::unknown_host, std::move(all).error()};
  } else {
    d->found = *std::move(all);
    d->last = {reason::unreachable, "no address"};
  }
  try_next(std::move(d));
}

void door::try_next(std::unique_ptr<dialling> d) {
  while (d->next < d->found.size()) {
    auto& to = d->found[d->next++];
    loop::unique_fd socket{
        ::socket(to.storage.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)};
    if (socket
        && (::connect(socket.get(), to.get(), to.size) == 0 || errno == EINPROGRESS)) {
      auto address = d->address;
      return add(std::move(socket), std::move(address), std::move(d));
    }
    d->last.message = text_of(to) + ": " + std::strerror(errno);
  }
  rejection why{d->last, refused_by::us, opened_by::us, d->address};
  if (why.refusal.why == reason::unknown_host) // a mistake, seldom a node that is down
    tell(why);
  owner_.dial_failed(why);
}

/// A connection of `d` is over. Nobody at one address says nothing of the next; who
/// refuses us at one would do so at all.
void door::dial_over(std::unique_ptr<dialling> d, rejection why) {
  if (why.refusal.why == reason::unreachable) {
    auto at = text_of(d->found[d->next - 1]);
    d->last = {reason::unreachable, at + ": " + why.refusal.message};
    return try_next(std::move(d));
  }
  tell(why);
  owner_.dial_failed(why);
}

} // namespace troupe::door
