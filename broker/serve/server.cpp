#include "broker/serve/server.hpp"

#include "actors/interfaces/log_record.hpp"
#include "actors/node/added_operations.hpp"
#include "actors/node/node_runtime.hpp"
#include "broker/serve/background_writer.hpp"
#include "broker/serve/exposed_secrets.hpp"
#include "broker/serve/fronts.hpp"
#include "broker/serve/guardian_reports.hpp"
#include "broker/serve/line_counter.hpp"
#include "broker/serve/log.hpp"
#include "broker/serve/log_file.hpp"
#include "broker/serve/node_life.hpp"
#include "broker/serve/preparation.hpp"
#include "broker/serve/reloading.hpp"
#include "broker/serve/service_manager.hpp"
#include "broker/serve/span_file.hpp"
#include "broker/serve/status_report.hpp"
#include "broker/serve/watchdog.hpp"
#include "protocol/base/limits.hpp"
#include "protocol/base/printable.hpp"

#include <caf/all.hpp>
#include <spdlog/spdlog.h>

#include <malloc.h>
#include <sys/resource.h>

#include <unistd.h>

#include <memory>
#include <optional>
#include <system_error>
#include <utility>

namespace troupe::serve {

namespace {

/// A thousand workers need four thousand descriptors.
void raise_descriptor_limit() {
  rlimit files{};
  ::getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = files.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &files);
}

/// Has memory of long messages go back to the system when they have left. By default
/// glibc keeps blocks of up to 32 MiB once it has freed one of that size: a burst of
/// messages of 15 MiB left 36 MiB behind. Messages beyond the first bound pay for fresh
/// pages instead.
void bound_kept_memory() {
#ifdef __GLIBC__
  constexpr int own_mapping = 4 * 1024 * 1024;
  ::mallopt(M_MMAP_THRESHOLD, own_mapping);
  ::mallopt(M_TRIM_THRESHOLD, 2 * own_mapping);
#endif
}

/// As long as it lives, has the connections checked at intervals, and watches the actors
/// without which the node cannot work.
class watcher {
public:
  /// @param clients, news Outlive it.
  watcher(node::node_runtime& node, fronts& clients, node_news& news)
    : system_(node.system())
    , actor_(system_.spawn([&clients, &news, node = node.node(), events = node.events()](
                               caf::event_based_actor* self) -> caf::behavior {
      self->monitor(node);
      self->monitor(events);
      self->set_down_handler([&news](const caf::down_msg& m) {
        if (m.reason != caf::exit_reason::user_shutdown)
          news.tell_failure("an actor that it needs ended: "
                            + to_fault(m.reason).message);
      });
      self->delayed_send(self, limits::connection_check, internal::check_connections_v);
      return {[self, &clients](internal::check_connections) {
        clients.check();
        self->delayed_send(self, limits::connection_check, internal::check_connections_v);
      }};
    })) {}

  ~watcher() {
    caf::scoped_actor self{system_};
    self->send_exit(actor_, caf::exit_reason::user_shutdown);
    self->wait_for(actor_);
  }
  watcher(const watcher&) = delete;
  watcher& operator=(const watcher&) = delete;

private:
  caf::actor_system& system_;
  caf::actor actor_;
};

/// Prints the line that says where the node is. That nobody reads it is no reason to wait
/// or to end: connection.json says the same.
void print_ready_line(const std::string& node, const preparation& p,
                      background_writer& out) {
  out.write("troupe: node " + node
            + " ready http=" + (p.http.name.empty() ? "off" : p.http.name)
            + " socket=" + p.socket.name + "\n");
}

/// Tells an operator of pools for which there may not be enough descriptors.
void warn_of_few_descriptors(const std::vector<config::pool>& pools,
                             spdlog::logger& log) {
  constexpr uint64_t each = 5; // pipes, socket and pidfd of a worker
  uint64_t workers = 0;
  for (auto& p : pools)
    workers += p.size;
  rlimit files{};
  ::getrlimit(RLIMIT_NOFILE, &files);
  if (workers * each > files.rlim_cur)
    write_log(log, spdlog::level::warn, {.event = "few_descriptors"},
              "{} workers may need {} descriptors, and the node may open {} (ulimit -n)",
              workers, workers * each, files.rlim_cur);
}

/// Tells an operator of keys that other users can get at.
void warn_of_exposed_secrets(const config_source& source, const config::file& config,
                             spdlog::logger& log) {
  for (auto& m : find_exposed_secrets(source, config))
    write_log(log, spdlog::level::warn, {.event = "secret_exposed"}, "{}: {}", m.key,
              m.message);
}

/// Returns what NODE works with, but for what the fronts and the runtime fill in.
node::node_context make_node_context(const config::file& config,
                                     const config_source& source,
                                     const preparation& prepared, os::spawner& processes,
                                     node_news& news,
                                     const std::shared_ptr<spdlog::logger>& log) {
  node::node_context with;
  with.config = config.node;
  with.place = {.socket = prepared.socket.name,
                .url = prepared.http.name,
                .state_dir = prepared.state.path().string(),
                .folder = source.folder()};
  with.sessions = {
      .config = config.session, .registry = prepared.registry, .acceptors = {}};
  with.processes = &processes;
  with.known.wires = source.wires;
  with.known.kinds = source.kinds;
  with.operation_pools = node::operation_pools(config.operations, source.behaviours);
  with.log = log;
  with.metrics = config.metrics;
  shown_certificates shown{prepared.certificates};
  for (auto& web : prepared.webs)
    if (web.certificates)
      shown.webs.emplace(web.config.name, web.certificates);
  with.process.reread = [&source, &config, shown, log](bool has_pools) {
    return reread(source, config, has_pools, shown, *log);
  };
  with.process.request_stop = [&news] { news.tell_ordered_to_stop(); };
  with.process.give_up = [&news](std::string why) { news.tell_failure(std::move(why)); };
  return with;
}

log_output open_log(const config::node& node, preparation& prepared) {
  auto& options = node.log;
  log_style style{options.format, node.name};
  return prepared.log_file
             ? log_output{options.level, std::move(style), std::move(prepared.log_file)}
             : log_output{options.level, std::move(style)};
}

/// Goes on in a new file, after another program has renamed the old one.
void reopen_log(const std::filesystem::path& path, log_output& log) {
  if (path.empty())
    return write_log(*log.logger(), spdlog::level::info, {.event = "log_not_reopened"},
                     "SIGUSR1: the log is on stderr, there is no file to reopen");
  auto opened = open_log_file(path);
  if (opened)
    log.replace(std::move(*opened));
  else // it goes on in the old one
    write_log(*log.logger(), spdlog::level::err, {.event = "log_not_reopened"},
              "SIGUSR1: {}", opened.error());
}

/// A behaviour does not return from its code: nothing but the end of the process ends its
/// thread.
[[noreturn]] void end_without_threads(int status) {
  {
    background_writer last_words{STDERR_FILENO, {}}; // nobody may read it
    last_words.write(
        "troupe: the thread of a behaviour does not end: ending without it\n");
  }
  ::_exit(status);
}

int run_node(config::file& config, const config_source& source,
             const hello::spoken_versions& versions, os::guardian& g) {
  preparation prepared{config, versions, *source.followers};
  signals sig;
  node_news news{sig};
  auto log = open_log(config.node, prepared);
  auto spans = open_spans(std::move(prepared.trace_file), config.node.name, log.logger());
  auto lines = line_counter::watch(*log.logger());
  background_writer stdout_writer{STDOUT_FILENO, {}};
  guardian_reports reports{g, log.logger()};
  // Nothing but the spawner starts processes here.
  os::spawner processes{g, os::strangers::end};
  raise_descriptor_limit();
  bound_kept_memory();
  warn_of_few_descriptors(config.pools, *log.logger());
  warn_of_exposed_secrets(source, config, *log.logger());
  node::node_runtime node{
      config.node, node::choose_loops(config.node, config.pools),
      [&news](const char* why) {
        news.tell_failure("work on an I/O loop failed: " + std::string{why});
      },
      config.cluster, [&source](auto& system) { source.plugins->configure(system); }};
  auto counting = add_log_source(*node.sources(), lines);
  metrics_sources::registration spans_counted;
  if (spans)
    spans_counted = add_span_source(*node.sources(), spans);
  fronts clients{node, prepared, config, log.logger(),
                 std::make_shared<const front::http::route_registry>(
                     front::http::built_in_routes(config.http.dashboard))};
  auto context =
      make_node_context(config, source, prepared, processes, news, log.logger());
  context.process.spans = spans;
  clients.serve(context);
  node.start(std::move(context), config.pools, prepared.earlier,
             std::move(prepared.cluster), std::move(prepared.followers));
  auto watches = std::make_optional<watcher>(node, clients, news);
  std::optional<watchdog> watched;
  std::optional<status_report> reported;
  auto announce = [&] {
    prepared.advertised.publish();
    clients.open(prepared);
    print_ready_line(config.node.name, prepared, stdout_writer);
    auto pools = counted(config.pools.size(), "pool");
    notify_service_manager("READY=1\nSTATUS=" + pools);
    if (auto timeout = watchdog_timeout())
      watched.emplace(node, news, *timeout, log.logger());
    write_log(*log.logger(), spdlog::level::info, {.event = "node_ready"},
              "node {} ready: {}", config.node.name, pools);
    if (has_service_manager())
      reported.emplace(node);
    if (prepared.certificates)
      write_log(*log.logger(), spdlog::level::info, {.event = "https_alone"},
                "clients of HTTP reach it at {} alone", prepared.http.name);
  };
  auto hide = [&] {
    prepared.advertised.withdraw();
    prepared.socket_path.remove();
  };
  auto reopen = [&] {
    reopen_log(prepared.log_path, log);
    if (spans)
      spans->reopen(prepared.trace_path);
    clients.reopen_logs();
  };
  auto status =
      node_life{node.system(),           node.node(), sig, news, processes, log.logger(),
                {announce, hide, reopen}}
          .run();
  hide();
  sig.let_end();
  clients.close();
  write_log(*log.logger(), spdlog::level::info, {.event = "node_stopped"},
            "node {} stopped", config.node.name);
  watched.reset();
  reported.reset();
  watches.reset();
  if (!node.end())
    end_without_threads(status);
  return status;
}

/// Names the limits that may be too low: the error of a failed start of a thread says
/// nothing of them.
std::string explain(const std::exception& e) {
  auto why = dynamic_cast<const std::system_error*>(&e);
  if (!why || why->code() != std::errc::resource_unavailable_try_again)
    return e.what();
  return "cannot start a thread or a process of the node: " + std::string{e.what()}
         + "; the limits on processes (ulimit -u) or on memory (ulimit -v) may be too "
           "low";
}

} // namespace

int serve(config::file config, config_source source, hello::spoken_versions versions) {
  try {
    prepare_signals();
    os::guardian g;
    return run_node(config, source, versions, g);
  } catch (const std::exception& e) {
    // SIGTERM is blocked by now: nothing may wait for a reader of stderr.
    background_writer last_words{STDERR_FILENO, {}};
    last_words.write("troupe: " + printable(explain(e)) + "\n");
    return 1;
  }
}

} // namespace troupe::serve
