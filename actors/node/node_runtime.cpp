#include "actors/node/node_runtime.hpp"

#include "actors/events/events.hpp"
#include "actors/followers/followers.hpp"
#include "actors/loop/coordinator.hpp"
#include "actors/metrics/metrics.hpp"
#include "actors/node/loop_metrics.hpp"
#include "actors/node/process_metrics.hpp"
#include "actors/worker/slow_log.hpp"
#include "protocol/base/limits.hpp"

#include <caf/actor_registry.hpp>
#include <caf/scoped_actor.hpp>
#include <caf/send.hpp>

#include <memory>
#include <thread>
#include <utility>

namespace troupe::node {

node_runtime::system_config::system_config(const config::cluster& cluster,
                                           const system_setup& plugins) {
  loop::use_loop_clock(*this, scheduler_threads);
  add_message_types<caf::id_block::troupe>();
  if (cluster.is_on())
    reception::configure(*this);
  if (plugins)
    plugins(*this);
}

node_runtime::node_runtime(const config::node& config, size_t loops,
                           const loop::event_loop::failure_handler& failed,
                           const config::cluster& cluster, const system_setup& plugins)
  : config_(cluster, plugins)
  , system_(config_)
  , directory_(config.name)
  , loops_(system_, loops, choose_spin(config), failed) {}

node_runtime::~node_runtime() {
  end();
}

void node_runtime::start(node_context with, const std::vector<config::pool>& pools,
                         const std::vector<session::session_entry>& earlier,
                         std::optional<reception::cluster_setup> cluster,
                         followers::follower_list followers) {
  events_ = system_.spawn<caf::detached>(events::events_behavior);
  directory_.set_events(events_);
  followers_ =
      system_.spawn(followers::followers_behavior,
                    followers::followers_setup{loops(), with.config.name, events_,
                                               with.log, std::move(followers)});
  metrics_ = system_.spawn(scraping::metrics_behavior, metrics_sources_, with.log);
  with.runtime = {loops(), &directory_, events_, followers_,      {},
                  {},      {},          {},      metrics_sources_};
  start_slow_log(with);
  if (cluster) {
    with.runtime.spill_after = cluster->config.spill_after;
    // Before the pools: what they find in the directory does not change any more.
    cluster_ = std::make_unique<reception::cluster_parts>(
        *loops().front(), std::move(*cluster), directory_, events_, with.log);
    with.runtime.cluster = {cluster_->cluster(), cluster_->route(), cluster_->gate()};
    with.runtime.others = cluster_->others();
  }
  counting_ = add_loop_sources(*metrics_sources_, loops());
  counting_.push_back(add_process_source(*metrics_sources_));
  counting_.push_back(
      metrics_sources_->add("FOLLOWERS", metrics_source_actor{followers_}));
  if (cluster_)
    counting_.push_back(
        metrics_sources_->add("CLUSTER", metrics_source_actor{cluster_->cluster()}));
  node_ = system_.spawn<caf::detached>(
      node_behavior, std::make_shared<const node_context>(std::move(with)), pools,
      earlier);
}

void node_runtime::start_slow_log(node_context& with) {
  worker::command_runner_actor runner;
  auto& loop = *loops().front();
  if (with.processes)
    runner = loop::spawn_on(loop, worker::command_runner_behavior,
                            os::make_process_launcher(loop, *with.processes));
  slow_log_ = system_.spawn(worker::slow_log_behavior, std::move(runner));
  with.runtime.slow_log = slow_log_;
}

bool node_runtime::end(std::chrono::milliseconds patience) {
  using caf::exit_reason;
  counting_.clear();
  if (auto node = std::exchange(node_, nullptr)) {
    // The first order kills what was not drained, the second one ends NODE itself, which
    // stays until its pools have ended.
    caf::anon_send_exit(node, exit_reason::user_shutdown);
    caf::scoped_actor self{system_};
    self->request(node, caf::infinite, atom::drain_v)
        .receive([](atom::drain) {}, [](caf::error&) {});
    self->send_exit(node, exit_reason::user_shutdown);
  }
  if (auto slow_log = std::exchange(slow_log_, nullptr))
    caf::anon_send_exit(slow_log, exit_reason::user_shutdown);
  // After the pools: their last answers go to peers, too.
  cluster_.reset();
  end_followers();
  if (auto metrics = std::exchange(metrics_, nullptr))
    caf::anon_send_exit(metrics, exit_reason::user_shutdown);
  if (auto events = std::exchange(events_, nullptr))
    caf::anon_send_exit(events, exit_reason::user_shutdown);
  // Handles in the directory would keep the actors from ending.
  directory_.set({});
  directory_.set_events({});
  // CAF waits for all or for ever.
  auto until = std::chrono::steady_clock::now() + patience;
  while (system_.registry().running() > 0) {
    if (std::chrono::steady_clock::now() >= until)
      return false;
    std::this_thread::sleep_for(std::chrono::milliseconds{1});
  }
  return true;
}

void node_runtime::end_followers() {
  auto followers = std::exchange(followers_, nullptr);
  if (!followers)
    return;
  // FEEDs see to the time themselves, unless their loop is held up.
  constexpr auto most = limits::follower_farewell + std::chrono::seconds{1};
  caf::scoped_actor self{system_};
  self->request(followers, most, atom::drain_v)
      .receive([](atom::drain) {}, [](caf::error&) {});
  self->send_exit(followers, caf::exit_reason::user_shutdown);
}

} // namespace troupe::node
