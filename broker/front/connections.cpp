#include "broker/front/connections.hpp"

#include "actors/interfaces/log_record.hpp"
#include "broker/front/front_limits.hpp"

#include <spdlog/spdlog.h>

#include <sys/socket.h>

#include <algorithm>
#include <thread>

namespace troupe::front {

namespace {

/// A client that goes to its loop.
struct newcomer {
  loop::unique_fd socket;
  client_permit permit;
};

/// Tells a client why it is turned away, as far as that is possible without waiting.
void refuse(loop::unique_fd socket, const client_kind& kind, spdlog::logger& log) {
  kind.counts->refuse(turned_away::too_many);
  auto& limit = *kind.limit;
  auto text = kind.refuse(
      {code::unavailable, "the node has " + std::to_string(limit.most()) + " "
                              + limit.name() + " clients, which is the most it takes"});
  ::send(socket.get(), text.data(), text.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
  ::shutdown(socket.get(), SHUT_WR);
  // Read the client's bytes: if they were unread at the close, the kernel would drop
  // the answer.
  char request[4096];
  ::recv(socket.get(), request, sizeof request, MSG_DONTWAIT);
  if (auto count = limit.unreported(steady_clock::now()))
    write_log(log, spdlog::level::warn, {.event = "clients_turned_away"},
              "turned {} {} clients away: {} are connected", *count, limit.name(),
              limit.open());
}

} // namespace

void connections::add(loop::unique_fd socket, const client_kind& kind,
                      spdlog::logger& log) {
  auto permit = kind.limit->take();
  if (!permit)
    return refuse(std::move(socket), kind, log);
  auto& loop = *loops_[next_++ % loops_.size()];
  // std::function wants a copyable closure.
  auto one = std::make_shared<newcomer>(std::move(socket), std::move(permit));
  kind.counts->opened.add();
  loop.post([this, &loop, one, make = kind.make, counts = kind.counts]() mutable {
    auto client = make(loop, std::move(one->socket));
    client->hold(std::move(one->permit));
    client->count_in(std::move(counts));
    client->start();
    std::lock_guard guard{mutex_};
    // Forgetting the gone now and then keeps the list as long as twice the open ones.
    if (all_.size() == all_.capacity())
      std::erase_if(all_, [](const tracked& t) { return t.client.expired(); });
    all_.push_back({&loop, client});
  });
}

void connections::check() {
  std::map<loop::event_loop*, std::vector<std::weak_ptr<connection>>> by_loop;
  {
    std::lock_guard guard{mutex_};
    for (auto& t : all_)
      by_loop[t.loop].push_back(t.client);
  }
  for (auto& [loop, clients] : by_loop)
    loop->post([clients = std::move(clients)] {
      auto now = steady_clock::now();
      for (auto& client : clients)
        if (auto c = client.lock())
          c->check(now);
    });
}

void connections::finish(std::chrono::milliseconds grace) {
  std::vector<tracked> open;
  {
    std::lock_guard guard{mutex_};
    open = std::exchange(all_, {});
  }
  for (auto& t : open)
    t.loop->post([client = t.client] {
      if (auto c = client.lock())
        c->finish();
    });
  auto deadline = steady_clock::now() + grace;
  auto any_left = [&] {
    return std::any_of(open.begin(), open.end(),
                       [](const tracked& t) { return !t.client.expired(); });
  };
  while (any_left() && steady_clock::now() < deadline)
    std::this_thread::sleep_for(std::chrono::milliseconds{5});
}

} // namespace troupe::front
