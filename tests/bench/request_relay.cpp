/// The floor of calls through actors: call_relay again, but with a broker and workers
/// that are actors on a loop of the node, and one request with a timeout for each call.
/// What a node needs beside that is missing, as in call_relay. So the difference between
/// both is what the model costs, and that to a node is what the rest of a node costs.
///
///   request_relay SOCKET WORKERS WINDOW CHILD

#include "tests/bench/request_relay.hpp"
#include "actors/loop/coordinator.hpp"
#include "tests/bench/relay_main.hpp"

#include <cstdio>
#include <fcntl.h>
#include <list>
#include <sys/socket.h>

namespace {

using namespace troupe;
using namespace troupe::bench;
using loop::descriptor;
using loop::event_loop;
using loop::flushable;
using loop::unique_fd;

loop_end_ptr make_end(event_loop& on, flushable::turn_order order, int in, int out) {
  fcntl(in, F_SETFL, fcntl(in, F_GETFL) | O_NONBLOCK);
  fcntl(out, F_SETFL, fcntl(out, F_GETFL) | O_NONBLOCK);
  auto end = std::make_shared<loop_end>(on, order);
  end->bytes.in = in;
  end->bytes.out = out;
  return end;
}

/// What is watched, for as long as it is.
using watched = std::list<descriptor>;

relay_worker_actor start_worker(event_loop& on, watched& all, channel& child,
                                size_t window) {
  auto end = make_end(on, flushable::turn_order::child, child.in(), child.out());
  auto worker = loop::spawn_on(on, relay_worker_behavior, end, window);
  all.emplace_back(on, unique_fd{dup(child.in())})
      .watch(EPOLLIN, [&on, end, worker](uint32_t) {
        auto space = on.scratch();
        auto n = read(end->bytes.in, space.data(), space.size());
        if (n == 0)
          throw std::runtime_error{"a worker ended"};
        if (n > 0)
          caf::anon_send(worker, child_text{space.data(), static_cast<size_t>(n)});
      });
  return worker;
}

void take_call(const loop_end_ptr& client, relayed_calls& calls, std::string_view line) {
  line_members m;
  if (!line_scan{line}.read(m) || m.id.empty())
    client->append_line({"{\"error\":\"bad_request\"}"});
  else
    calls.push_back(
        {client, std::string{m.id}, {std::string{m.kind}, std::string{m.payload}}});
}

void take_client(event_loop& on, watched& all, int fd, const relay_broker_actor& broker) {
  auto client = make_end(on, flushable::turn_order::client, fd, fd);
  auto here = all.emplace(all.end(), on, unique_fd{fd});
  auto space = std::make_shared<std::string>(256 * 1024, '\0');
  here->watch(EPOLLIN, [&on, &all, here, client, broker, space](uint32_t) {
    relayed_calls calls;
    auto open =
        client->bytes.read(*space, [&](auto line) { take_call(client, calls, line); });
    if (!calls.empty())
      caf::anon_send(broker, std::move(calls));
    if (!open)
      on.next_turn([&all, here] { all.erase(here); });
  });
}

void serve(const std::string& path, size_t count, size_t window, const char* child) {
  caf::actor_system_config config;
  loop::use_loop_clock(config, 1);
  caf::actor_system system{config};
  event_loop on{system, std::chrono::microseconds{160}};
  watched all;
  std::vector<channel> children;
  std::vector<relay_worker_actor> workers;
  for (size_t i = 0; i < count; ++i) {
    children.push_back(channel::to_child({child}));
    workers.push_back(start_worker(on, all, children.back(), window));
  }
  auto broker = loop::spawn_on(on, relay_broker_behavior, workers, window);
  auto listener = unix_socket(path, true);
  all.emplace_back(on, unique_fd{listener}).watch(EPOLLIN, [&](uint32_t) {
    if (auto fd = accept4(listener, nullptr, nullptr, SOCK_CLOEXEC); fd >= 0)
      take_client(on, all, fd, broker);
  });
  std::puts("ready");
  std::fflush(stdout);
  on.run();
}

} // namespace

int main(int argc, char** argv) {
  return relay_main("request_relay", argc, argv, serve);
}
