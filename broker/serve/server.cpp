#include "broker/serve/server.hpp"

#include "actors/events/events.hpp"
#include "actors/loop/coordinator.hpp"
#include "actors/node/node.hpp"
#include "broker/front/connections.hpp"
#include "broker/front/http/http_connection.hpp"
#include "broker/front/listener.hpp"
#include "broker/front/session/session_sockets.hpp"
#include "broker/front/socket/socket_connection.hpp"
#include "broker/serve/background_writer.hpp"
#include "broker/serve/guardian_reports.hpp"
#include "broker/serve/log.hpp"
#include "broker/serve/loop_threads.hpp"
#include "broker/serve/node_life.hpp"
#include "broker/serve/preparation.hpp"
#include "broker/serve/reloading.hpp"
#include "broker/serve/service_manager.hpp"
#include "protocol/base/limits.hpp"
#include "protocol/base/printable.hpp"

#include <caf/all.hpp>
#include <spdlog/spdlog.h>

#include <sys/resource.h>

#include <unistd.h>

#include <csignal>
#include <system_error>

namespace troupe::serve {

namespace {

/// Bytes of an envelope beside its payload, generously.
constexpr size_t envelope_bytes = 64 * 1024;

/// A thousand workers need four thousand descriptors.
void raise_descriptor_limit() {
  rlimit files{};
  ::getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = files.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &files);
}

struct system_config : caf::actor_system_config {
  system_config() {
    loop::use_loop_clock(*this, scheduler_threads);
    add_message_types<caf::id_block::troupe>();
  }
};

/// How many clients each front may have.
struct client_limits {
  std::shared_ptr<front::client_limit> http =
      std::make_shared<front::client_limit>("http", front::most_clients());
  std::shared_ptr<front::client_limit> socket =
      std::make_shared<front::client_limit>("socket", front::most_clients());
  std::shared_ptr<front::client_limit> session =
      std::make_shared<front::client_limit>("session", front::most_clients());

  std::vector<node::client_count> counts() const {
    std::vector<node::client_count> all;
    for (auto& l : {http, socket, session})
      all.push_back({l->name(), l->open(), l->most(), l->refused()});
    return all;
  }
};

/// Lets clients send calls for a pool with frames of so many bytes.
void expect_frames(front::front_context& front, uint64_t bytes) {
  auto wanted = static_cast<size_t>(bytes) + envelope_bytes;
  auto present = front.max_request.load();
  while (present < wanted && !front.max_request.compare_exchange_weak(present, wanted)) {
  }
}

/// Starts to accept on the first loop; returns the listeners for when to stop.
template <class Connection>
std::vector<std::shared_ptr<front::listener>>
open_front(const std::vector<loop::event_loop*>& loops, std::vector<loop::unique_fd> fds,
           front::connections& clients, front::front_context_ptr context,
           std::shared_ptr<front::client_limit> limit, bool same_user_only) {
  front::client_kind kind{
      [context](loop::event_loop& loop,
                loop::unique_fd socket) -> std::shared_ptr<front::connection> {
        return std::make_shared<Connection>(loop, std::move(socket), context);
      },
      std::move(limit), &Connection::refusal};
  auto take = [&clients, kind, context, same_user_only](loop::unique_fd socket) {
    if (same_user_only && !front::is_same_user(socket.get())) {
      context->log->warn("refused a client of another user on the socket");
      return;
    }
    clients.add(std::move(socket), kind, *context->log);
  };
  std::vector<std::shared_ptr<front::listener>> all;
  for (auto& fd : fds) {
    all.push_back(std::make_shared<front::listener>(*loops.front(), std::move(fd), take,
                                                    context->log));
    loops.front()->post([l = all.back()] { l->start(); });
  }
  return all;
}

/// Has the connections looked at now and then, and the actors that nothing goes on
/// without watched, until it is told to end.
caf::actor watch(caf::actor_system& system, front::connections& clients,
                 const node_actor& node, const events_actor& events, node_news& news) {
  return system.spawn([&, node, events](caf::event_based_actor* self) -> caf::behavior {
    self->monitor(node);
    self->monitor(events);
    self->set_down_handler([&news](const caf::down_msg& m) {
      if (m.reason != caf::exit_reason::user_shutdown)
        news.tell_failure("an actor that it needs ended: " + to_fault(m.reason).message);
    });
    self->delayed_send(self, limits::connection_check, atom::check_v);
    return {[self, &clients](atom::check) {
      clients.check();
      self->delayed_send(self, limits::connection_check, atom::check_v);
    }};
  });
}

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
    log.warn("{} workers may need {} descriptors, and the node may open {} (ulimit -n)",
             workers, workers * each, files.rlim_cur);
}

std::shared_ptr<front::front_context> make_front(caf::actor_system& system,
                                                 troupe::directory& directory,
                                                 const preparation& prepared,
                                                 const log_output& log) {
  auto front = std::make_shared<front::front_context>();
  front->directory = &directory;
  front->system = &system;
  front->log = log.logger();
  front->api_key = prepared.api_key;
  expect_frames(*front, config::pool{}.max_frame);
  return front;
}

int run_node(config::file& config, const config_source& source, os::guardian& g) {
  preparation prepared{config};
  signals sig;
  node_news news{sig};
  log_output log{config.node.log.level, config.node.log.format};
  background_writer stdout_writer{STDOUT_FILENO, {}};
  guardian_reports reports{g, log.logger()};
  // Nothing but the spawner starts processes here.
  os::spawner processes{g, os::strangers::end};
  raise_descriptor_limit();
  warn_of_few_descriptors(config.pools, *log.logger());
  system_config actor_config;
  caf::actor_system system{actor_config};
  troupe::directory directory{config.node.name};
  auto front = make_front(system, directory, prepared, log);
  client_limits limits_of;
  loop_threads loops{
      system, choose_loops(config.node), config.node.spin, [&news](const char* why) {
        news.tell_failure("work on an I/O loop failed: " + std::string{why});
      }};
  front::connections clients{loops.all()};
  auto acceptors = std::make_shared<front::session::session_sockets>(
      loops.all(), clients, front, config.session, prepared.state.path() / "sessions",
      limits_of.session);
  auto context = std::make_shared<node::node_context>();
  context->config = config.node;
  context->session = config.session;
  context->registry = prepared.registry;
  context->acceptors = acceptors;
  context->loops = loops.all();
  context->processes = &processes;
  context->directory = &directory;
  context->wires = source.wires;
  context->socket = prepared.socket.name;
  context->url = prepared.http.name;
  context->state_dir = prepared.state.path().string();
  context->log = log.logger();
  context->folder = source.folder();
  context->read_pools = [&source, &config, &l = *log.logger()](bool has_pools) {
    return read_pools(source, config, has_pools, l);
  };
  context->expect_frames = [front](uint64_t bytes) { expect_frames(*front, bytes); };
  context->clients = [limits_of] { return limits_of.counts(); };
  context->clients_let_go = [front] { return front->clients_let_go.load(); };
  context->request_stop = [] { ::kill(::getpid(), SIGTERM); };
  context->give_up = [&news](std::string why) { news.tell_failure(std::move(why)); };

  // From here on there are actors. An exception would wait for their end for ever: what
  // fails now is told to `news`, and the node ends in order.
  context->events = system.spawn<caf::detached>(events::events_behavior);
  directory.set_events(context->events);
  auto node_handle = system.spawn<caf::detached>(node::node_behavior, context,
                                                 config.pools, prepared.earlier);
  auto watcher = watch(system, clients, node_handle, context->events, news);
  std::vector<std::shared_ptr<front::listener>> listeners;
  auto announce = [&] {
    prepared.advertised.publish();
    listeners = open_front<front::socket::socket_connection>(
        loops.all(), std::move(prepared.socket.fds), clients, front, limits_of.socket,
        true);
    for (auto& l : open_front<front::http::http_connection>(
             loops.all(), std::move(prepared.http.fds), clients, front, limits_of.http,
             false))
      listeners.push_back(std::move(l));
    print_ready_line(config.node.name, prepared, stdout_writer);
    notify_service_manager("READY=1");
    log.logger()->info("node {} ready: {} pools", config.node.name, config.pools.size());
  };
  auto hide = [&] {
    prepared.advertised.withdraw();
    prepared.socket_path.remove();
  };
  auto status =
      node_life{system, node_handle, sig, news, processes, log.logger(), announce, hide}
          .run();
  hide();
  sig.let_end();
  for (auto& l : listeners)
    loops.all().front()->post([l] { l->stop(); });
  acceptors->close_all();
  clients.finish(limits::flush_grace);
  log.logger()->info("node {} stopped", config.node.name);
  caf::anon_send_exit(watcher, caf::exit_reason::user_shutdown);
  caf::anon_send_exit(node_handle, caf::exit_reason::user_shutdown);
  caf::anon_send_exit(context->events, caf::exit_reason::user_shutdown);
  // Handles that the context and the directory hold would keep the actors from ending.
  node_handle = nullptr;
  watcher = nullptr;
  directory.set({});
  directory.set_events({});
  system.await_all_actors_done();
  return status;
}

/// What a limit on processes or memory costs first says nothing of itself.
std::string explain(const std::exception& e) {
  auto why = dynamic_cast<const std::system_error*>(&e);
  std::string said = e.what();
  if (!why || why->code() != std::errc::resource_unavailable_try_again
      || said.find("thread") != said.npos)
    return said;
  return "cannot start a thread or a process of the node: " + said
         + "; the limits on processes (ulimit -u) or on memory (ulimit -v) may be too "
           "low";
}

} // namespace

int serve(config::file config, config_source source) {
  try {
    prepare_signals();
    os::guardian g;
    return run_node(config, source, g);
  } catch (const std::exception& e) {
    // SIGTERM is blocked by now: nothing may wait for a reader of stderr.
    background_writer last_words{STDERR_FILENO, {}};
    last_words.write("troupe: " + printable(explain(e)) + "\n");
    return 1;
  }
}

} // namespace troupe::serve
