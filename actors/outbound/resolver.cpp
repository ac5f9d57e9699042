#include "actors/outbound/resolver.hpp"

#include "protocol/base/cluster_limits.hpp"

#include <netdb.h>

#include <cstring>
#include <system_error>
#include <thread>
#include <utility>

namespace troupe::outbound {

namespace {

using found_addresses = result<resolver::addresses, std::string>;

/// @param flags With `AI_NUMERICHOST` it does not wait, and finds no names.
found_addresses look_up(const config::listen_address& where, int flags) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_NUMERICSERV | flags;
  addrinfo* found = nullptr;
  auto port = std::to_string(where.port);
  if (auto ec = ::getaddrinfo(where.host.c_str(), port.c_str(), &hints, &found); ec != 0)
    return failure(std::string{::gai_strerror(ec)});
  std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> owner{found, &::freeaddrinfo};
  resolver::addresses all;
  for (; found && all.size() < limits::dial_addresses; found = found->ai_next) {
    auto& a = all.emplace_back();
    a.size = found->ai_addrlen;
    std::memcpy(&a.storage, found->ai_addr, found->ai_addrlen);
  }
  if (all.empty())
    return failure("no address");
  return all;
}

} // namespace

resolver::resolver(loop::event_loop& home) {
  link_->home = &home;
}

resolver::~resolver() {
  std::lock_guard lock{link_->mutex};
  link_->home = nullptr;
}

void resolver::resolve(const config::listen_address& where, answer then) {
  if (under_way_ == limits::name_lookups) {
    waiting_.push_back({where, std::move(then)});
    return;
  }
  ++under_way_;
  auto numeric = look_up(where, AI_NUMERICHOST);
  if (numeric)
    deliver(*link_, self_, then, std::move(numeric));
  else
    begin(where, then);
}

void resolver::begin(const config::listen_address& where, const answer& then) {
  auto work = [link = link_, self = std::weak_ptr{self_}, where, then] {
    auto found = look_up(where, 0);
    deliver(*link, self, then, std::move(found));
  };
  try {
    // Nobody waits for it to end: what it looks up may take longer than the node lives.
    std::thread{std::move(work)}.detach();
  } catch (const std::system_error& e) {
    deliver(*link_, self_, then, failure(std::string{e.what()}));
  }
}

void resolver::deliver(link& to, const std::weak_ptr<resolver*>& self, const answer& then,
                       result<addresses, std::string> found) {
  std::lock_guard lock{to.mutex};
  if (to.home)
    to.home->post([self, then, found = std::move(found)]() mutable {
      if (auto alive = self.lock())
        (*alive)->finish(then, std::move(found));
    });
}

void resolver::finish(const answer& then, result<addresses, std::string> found) {
  --under_way_;
  if (!waiting_.empty()) {
    auto next = std::move(waiting_.front());
    waiting_.pop_front();
    resolve(next.where, std::move(next.then));
  }
  then(std::move(found));
}

} // namespace troupe::outbound
