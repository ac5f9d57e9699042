#include "actors/cluster/door/door.hpp"

#include "actors/cluster/door/tls_reason.hpp"
#include "protocol/base/cluster_limits.hpp"

#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <system_error>
#include <utility>

namespace troupe::door {

using hello::reason;
using std::chrono::steady_clock;

namespace {

/// Connections taken at once; the rest waits until all else on the loop had its turn.
constexpr int accepts_per_turn = 64;

loop::unique_fd make_timer() {
  loop::unique_fd fd{::timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK)};
  if (!fd)
    throw std::system_error{errno, std::generic_category(), "timerfd"};
  return fd;
}

} // namespace

door::door(loop::event_loop& home, door_options options, door_owner& owner)
  : home_(home)
  , options_(std::move(options))
  , owner_(owner)
  , ticker_(home, make_timer())
  , resolver_(home) {
  ticker_.watch(EPOLLIN, [this](uint32_t) { tick(); });
}

door::~door() = default;

void door::listen(std::vector<loop::unique_fd> sockets) {
  for (auto& socket : sockets) {
    auto fd = socket.get();
    auto& added = *listeners_.emplace_back(
        std::make_unique<loop::descriptor>(home_, std::move(socket)));
    added.watch(EPOLLIN, [this, fd](uint32_t) { accept_some(fd); });
  }
}

void door::accept_some(int listener) {
  for (int left = accepts_per_turn; left > 0; --left) {
    outbound::tcp_address from;
    loop::unique_fd socket{
        ::accept4(listener, from.get(), &from.size, SOCK_CLOEXEC | SOCK_NONBLOCK)};
    if (socket && knocking_ < options_.most_half_open)
      add(std::move(socket), text_of(from), nullptr);
    else if (socket)
      turn_away(std::move(socket), text_of(from));
    else if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM)
      return pause_listening();
    else if (errno != EINTR && errno != ECONNABORTED)
      return;
  }
}

/// There is no descriptor for who waits; the loop would tell of him over and over.
void door::pause_listening() {
  is_paused_ = true;
  for (auto& l : listeners_)
    l->want(0);
  set_ticker();
}

void door::turn_away(loop::unique_fd socket, std::string address) {
  hello::refusal why{reason::too_many, "too many are at the door: try again later"};
  auto line = hello::to_line(why);
  if (!options_.keys.server) // a line in plain text would be no TLS
    ::send(socket.get(), line.data(), line.size(), MSG_NOSIGNAL);
  tell({std::move(why), refused_by::us, opened_by::peer, std::move(address)});
}

void door::add(loop::unique_fd socket, std::string address,
               std::unique_ptr<dialling> dialled) {
  int on = 1;
  ::setsockopt(socket.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  auto opened = dialled ? opened_by::us : opened_by::peer;
  std::unique_ptr<tls::channel> tls;
  if (options_.keys.server)
    tls = std::make_unique<tls::channel>(
        dialled ? tls::channel::client(options_.keys.client)
                : tls::channel::server(options_.keys.server));
  greeting talk{options_.own, opened, judge_for(tls.get(), opened, address)};
  auto time = dialled ? std::chrono::milliseconds{limits::dial_time} : options_.patience;
  auto id = ++last_id_;
  auto& who = visitors_[id];
  who.connection = std::make_unique<half_open>(
      home_, half_open::parts{std::move(socket), std::move(tls), std::move(talk),
                              std::move(address), steady_clock::now() + time,
                              options_.patience});
  who.opened = opened;
  who.dialled = std::move(dialled);
  knocking_ += opened == opened_by::peer;
  who.connection->watch([this, id] { proceed(id); });
  set_ticker();
}

greeting::judge door::judge_for(const tls::channel* tls, opened_by opened,
                                std::string address) {
  return [this, tls, opened, address = std::move(address)](
             const hello::introduction& peer) -> std::optional<hello::refusal> {
    if (tls)
      if (auto no = mistake_in_name(*tls, peer.node))
        return no;
    return owner_.judge(peer, opened, address);
  };
}

void door::proceed(uint64_t id) {
  auto who = visitors_.find(id);
  if (who == visitors_.end())
    return;
  auto& c = *who->second.connection;
  auto outcome = c.proceed();
  if (outcome == half_open::outcome::arrived) {
    auto arrived = c.take();
    drop(who);
    return owner_.arrived(std::move(arrived));
  }
  auto is_over = outcome == half_open::outcome::over;
  if (is_over || c.is_refused())
    settle(who->second);
  if (is_over)
    drop(who);
}

/// Nothing comes of `who`: tells the owner at once, though the peer may be heard for a
/// while longer.
void door::settle(visitor& who) {
  if (std::exchange(who.is_told, true))
    return;
  auto why = who.connection->why();
  if (who.dialled)
    return dial_over(std::move(who.dialled), std::move(why));
  tell(why);
  if (who.connection->let_in())
    owner_.fell_through(*who.connection->peer(), why);
}

void door::drop(visitors::iterator who) {
  knocking_ -= who->second.opened == opened_by::peer;
  visitors_.erase(who);
  set_ticker();
}

void door::tell(const rejection& why) {
  auto met = why.refusal.why;
  if (auto times = tally_.add(met, steady_clock::now()); times > 0) {
    untold_.erase(met);
    owner_.refused(why, times);
  } else {
    untold_.insert_or_assign(met, why);
    set_ticker();
  }
}

/// Tells of what came within a second of the last report, even if no more follows.
void door::tell_rest() {
  auto now = steady_clock::now();
  std::erase_if(untold_, [&](auto& row) {
    auto times = tally_.take_due(row.first, now);
    if (times > 0)
      owner_.refused(row.second, times);
    return times > 0;
  });
}

void door::tick() {
  uint64_t times;
  [[maybe_unused]] auto n = ::read(ticker_.get(), &times, sizeof times);
  if (std::exchange(is_paused_, false))
    for (auto& l : listeners_)
      l->want(EPOLLIN);
  auto now = steady_clock::now();
  std::vector<uint64_t> due;
  for (auto& [id, who] : visitors_)
    if (who.connection->deadline() <= now)
      due.push_back(id);
  for (auto id : due) {
    auto who = visitors_.find(id);
    if (who == visitors_.end())
      continue;
    who->second.connection->expire();
    settle(who->second);
    drop(who);
  }
  tell_rest();
  set_ticker();
}

/// Has the ticker run while something waits for it, and only then.
void door::set_ticker() {
  auto needed = is_paused_ || !visitors_.empty() || !untold_.empty();
  if (needed == std::exchange(is_ticking_, needed))
    return;
  itimerspec times{};
  if (needed) {
    constexpr std::chrono::nanoseconds every = limits::door_tick;
    static_assert(every < std::chrono::seconds{1});
    times.it_interval.tv_nsec = every.count();
    times.it_value = times.it_interval;
  }
  ::timerfd_settime(ticker_.get(), 0, &times, nullptr);
}

} // namespace troupe::door
