#include "broker/front/connections.hpp"

#include <algorithm>
#include <thread>

namespace troupe {

void connections::add(unique_fd socket, const factory& make) {
  auto& home = *loops_[next_++ % loops_.size()];
  // std::function wants a copyable closure: the descriptor moves into a shared one.
  auto fd = std::make_shared<unique_fd>(std::move(socket));
  home.post([this, &home, fd, make] {
    auto client = make(home, std::move(*fd));
    client->start();
    std::lock_guard guard{mutex_};
    // Forgetting the gone now and then keeps the list as long as twice the open ones.
    if (all_.size() == all_.capacity())
      std::erase_if(all_, [](const tracked& t) { return t.client.expired(); });
    all_.push_back({&home, client});
  });
}

void connections::check() {
  std::map<loop*, std::vector<std::weak_ptr<connection>>> by_loop;
  {
    std::lock_guard guard{mutex_};
    for (auto& t : all_)
      by_loop[t.home].push_back(t.client);
  }
  for (auto& [home, clients] : by_loop)
    home->post([clients = std::move(clients)] {
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
    t.home->post([client = t.client] {
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

} // namespace troupe
