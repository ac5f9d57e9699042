#include "broker/serve/watchdog.hpp"

#include "actors/interfaces/log_record.hpp"
#include "broker/serve/service_manager.hpp"

#include <caf/all.hpp>
#include <spdlog/spdlog.h>

namespace troupe::serve {

namespace {

/// Signs of life in the time that the service manager waits for one: a part may hang for
/// two thirds of that time before the node is ended.
constexpr auto signs_per_timeout = 3;

/// Asks NODE for what every client may ask, as a client would.
void ask_node(caf::actor_system& system, const node_actor& node,
              const std::function<void()>& answered) {
  system.spawn([node, answered](caf::event_based_actor* self) {
    call anything;
    anything.kind = shared_bytes::literal("health");
    anything.taken = steady_clock::now();
    // A NODE that is gone does not answer: the node ends for that reason anyway.
    self->request(node, caf::infinite, std::move(anything))
        .then([answered](outcome&) { answered(); }, [](caf::error&) {});
  });
}

std::vector<liveness::part> parts_of(node::node_runtime& node, node_news& news) {
  std::vector<liveness::part> parts;
  for (auto loop : node.loops())
    parts.push_back(
        {"I/O loop " + std::to_string(parts.size()),
         [loop](std::function<void()> answered) { loop->post(std::move(answered)); }});
  parts.push_back({"NODE", [&node](const std::function<void()>& answered) {
                     ask_node(node.system(), node.node(), answered);
                   }});
  parts.push_back({"the main thread", [&news](std::function<void()> answered) {
                     news.ask_for_sign_of_life(std::move(answered));
                   }});
  return parts;
}

} // namespace

watchdog::watchdog(node::node_runtime& node, node_news& news,
                   std::chrono::microseconds timeout, std::shared_ptr<spdlog::logger> log)
  : system_(node.system())
  , liveness_(
        parts_of(node, news), [] { notify_service_manager("WATCHDOG=1"); },
        [log = std::move(log)](const std::string& late) {
          write_log(*log, spdlog::level::warn, {.event = "watchdog"},
                    "watchdog: no answer from {}: the service manager gets no sign "
                    "of life",
                    late);
        })
  , ticker_(system_.spawn([this, pause = timeout / signs_per_timeout](
                              caf::event_based_actor* self) -> caf::behavior {
    self->send(self, internal::timer_v);
    return {[this, self, pause](internal::timer) {
      liveness_.tick();
      self->delayed_send(self, pause, internal::timer_v);
    }};
  })) {}

watchdog::~watchdog() {
  caf::scoped_actor self{system_};
  self->send_exit(ticker_, caf::exit_reason::user_shutdown);
  self->wait_for(ticker_);
}

} // namespace troupe::serve
