#include "broker/top/asker.hpp"

#include "protocol/base/address.hpp"

#include <condition_variable>
#include <mutex>
#include <thread>

namespace troupe::top {

/// It lasts until both the thread and its owner are gone.
struct asker::shared {
  connector connect;
  std::function<void()> on_reply;
  /// The thread's own.
  client::client_ptr client;

  std::mutex mutex;
  std::condition_variable changed;
  std::optional<question> next;
  std::optional<reply> answered;
  bool busy = false;
  bool over = false;
};

asker::asker(connector connect, std::function<void()> on_reply,
             client::client_ptr connected)
  : shared_(std::make_shared<shared>()) {
  shared_->connect = std::move(connect);
  shared_->on_reply = std::move(on_reply);
  shared_->client = std::move(connected);
  std::thread{[s = shared_] { run(s); }}.detach();
}

asker::~asker() {
  std::lock_guard lock{shared_->mutex};
  shared_->over = true;
  shared_->changed.notify_one();
}

void asker::ask(question q) {
  std::lock_guard lock{shared_->mutex};
  shared_->busy = true;
  shared_->next = std::move(q);
  shared_->changed.notify_one();
}

bool asker::is_busy() const {
  std::lock_guard lock{shared_->mutex};
  return shared_->busy;
}

std::optional<asker::reply> asker::take() {
  std::lock_guard lock{shared_->mutex};
  auto taken = std::exchange(shared_->answered, std::nullopt);
  if (taken)
    shared_->busy = false;
  return taken;
}

void asker::run(const std::shared_ptr<shared>& s) {
  auto answer = [&s](const question& q) -> call_result {
    if (!s->client) {
      auto opened = s->connect();
      if (!opened)
        return failure(std::move(opened).error());
      s->client = *std::move(opened);
    }
    auto target = std::string{node_target} + (q.node.empty() ? "" : '@' + q.node);
    auto result = s->client->call(target, q.operation, q.payload);
    // The node may come back elsewhere: it is looked for again.
    if (!result
        && (result.error().what == code::node_down
            || result.error().what == code::unavailable))
      s->client.reset();
    return result;
  };
  for (;;) {
    question q;
    {
      std::unique_lock lock{s->mutex};
      s->changed.wait(lock, [&] { return s->over || s->next; });
      if (s->over)
        return;
      q = *std::exchange(s->next, std::nullopt);
    }
    auto result = answer(q);
    std::lock_guard lock{s->mutex};
    if (s->over)
      return;
    s->answered.emplace(reply{std::move(q), std::move(result)});
    s->on_reply();
  }
}

} // namespace troupe::top
