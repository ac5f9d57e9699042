#include "broker/serve/server.hpp"

#include "actors/events.hpp"
#include "actors/loop/coordinator.hpp"
#include "actors/node.hpp"
#include "broker/front/connections.hpp"
#include "broker/front/http_connection.hpp"
#include "broker/front/listener.hpp"
#include "broker/front/session_sockets.hpp"
#include "broker/front/socket_connection.hpp"
#include "broker/serve/api_key.hpp"
#include "broker/serve/connection_file.hpp"
#include "broker/serve/log.hpp"
#include "broker/serve/loop_threads.hpp"
#include "broker/serve/reloading.hpp"
#include "broker/serve/service_manager.hpp"
#include "broker/serve/signals.hpp"
#include "protocol/limits.hpp"

#include <caf/all.hpp>
#include <spdlog/spdlog.h>

#include <sys/resource.h>

#include <csignal>
#include <cstdio>
#include <iostream>

namespace troupe {

namespace {

namespace fs = std::filesystem;

/// Bytes of an envelope beside its payload, generously.
constexpr size_t envelope_bytes = 64 * 1024;

/// Threads of CAF's own scheduler, for what is not on a loop: status and events.
constexpr size_t scheduler_threads = 1;

/// A thousand workers need four thousand descriptors.
void raise_descriptor_limit() {
  rlimit files{};
  ::getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = files.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &files);
}

struct system_config : caf::actor_system_config {
  system_config() {
    use_loop_clock(*this, scheduler_threads);
    add_message_types<caf::id_block::troupe>();
  }
};

/// The listening sockets of a node, bound before anything is started.
struct bound_fronts {
  bound_socket socket;
  bound_socket http;
};

bound_fronts bind_fronts(const config::file& config, const fs::path& state_dir) {
  bound_fronts fronts;
  fronts.socket = bind_unix(state_dir / config.socket.path);
  if (!config.http.listen.empty())
    fronts.http = bind_tcp(config.http.listen);
  return fronts;
}

/// The registry of sessions, and what an earlier node left in it.
struct opened_registry {
  std::shared_ptr<session_registry> registry;
  std::vector<session> sessions;
};

opened_registry open_registry(const fs::path& path) {
  auto opened = session_registry::open(path);
  if (auto why = std::get_if<std::string>(&opened))
    throw std::runtime_error{*why};
  auto registry =
      std::make_shared<session_registry>(std::get<session_registry>(std::move(opened)));
  auto read = registry->load();
  if (auto why = std::get_if<std::string>(&read))
    throw std::runtime_error{path.string() + ": " + *why};
  return {std::move(registry), std::get<std::vector<session>>(std::move(read))};
}

/// Lets clients send calls for a pool with frames of so many bytes.
void expect_frames(front_context& front, uint64_t bytes) {
  auto wanted = static_cast<size_t>(bytes) + envelope_bytes;
  auto present = front.max_request.load();
  while (present < wanted && !front.max_request.compare_exchange_weak(present, wanted)) {
  }
}

/// Starts to accept on the first loop; returns the listener for when to stop.
template <class Connection>
std::shared_ptr<listener> open_front(const std::vector<loop*>& loops, unique_fd fd,
                                     connections& clients, front_context_ptr context,
                                     bool same_user_only) {
  auto make = [context](loop& home, unique_fd socket) -> std::shared_ptr<connection> {
    return std::make_shared<Connection>(home, std::move(socket), context);
  };
  auto take = [&clients, make, context, same_user_only](unique_fd socket) {
    if (same_user_only && !is_same_user(socket.get())) {
      context->log->warn("refused a client of another user on the socket");
      return;
    }
    clients.add(std::move(socket), make);
  };
  auto l = std::make_shared<listener>(*loops.front(), std::move(fd), take, context->log);
  loops.front()->post([l] { l->start(); });
  return l;
}

/// Has the connections looked at now and then, until it is told to end.
caf::actor watch_connections(caf::actor_system& system, connections& clients) {
  return system.spawn([&clients](caf::event_based_actor* self) -> caf::behavior {
    self->delayed_send(self, limits::connection_check, atom::check_v);
    return {[self, &clients](atom::check) {
      clients.check();
      self->delayed_send(self, limits::connection_check, atom::check_v);
    }};
  });
}

/// Waits until the node is to stop and has drained.
void run_until_drained(signals& sig, spawner& processes, caf::actor_system& system,
                       const node_actor& node,
                       const std::shared_ptr<spdlog::logger>& log) {
  bool draining = false;
  for (;;) {
    switch (auto number = sig.wait()) {
      case 0: // every pool has ended
        return;
      case SIGCHLD:
        processes.reap_orphans();
        break;
      case SIGHUP:
        reload(system, node, log);
        break;
      default:
        if (draining) {
          log->warn("{}: ending at once", ::strsignal(number));
          caf::anon_send_exit(node, caf::exit_reason::user_shutdown);
          break;
        }
        draining = true;
        log->info("{}: draining; once more ends at once", ::strsignal(number));
        notify_service_manager("STOPPING=1");
        system.spawn([node, &sig](caf::event_based_actor* self) {
          self->request(node, caf::infinite, atom::drain_v)
              .then([&sig](atom::drain) { sig.wake(); },
                    [&sig](caf::error&) { sig.wake(); });
        });
    }
  }
}

/// Waits until the NODE has set up its pools: it does so on another thread, and a client
/// that comes earlier would be told that there are none.
void await_pools(caf::actor_system& system, const node_actor& node) {
  call anything;
  anything.kind = slice::literal("health");
  anything.taken = steady_clock::now();
  caf::scoped_actor self{system};
  self->request(node, caf::infinite, std::move(anything))
      .receive([](outcome&) {}, [](caf::error&) {});
}

int run_node(config::file& config, const config_source& source, guardian& g,
             signals& sig) {
  auto state_dir = fs::absolute(config.node.state_dir);
  fs::create_directories(state_dir);
  fs::permissions(state_dir, fs::perms::owner_all, fs::perm_options::replace);
  auto bound = bind_fronts(config, state_dir);
  auto earlier = open_registry(state_dir / "sessions.db");

  log_output log{config.node.log.level, config.node.log.format};
  spawner processes{g};
  raise_descriptor_limit();
  system_config actor_config;
  caf::actor_system system{actor_config};
  troupe::directory directory{config.node.name};
  auto front = std::make_shared<front_context>();
  front->directory = &directory;
  front->log = log.logger();
  expect_frames(*front, config::pool{}.max_frame);
  front->api_key = choose_key(config.http);
  auto context = std::make_shared<node_context>();
  context->config = config.node;
  context->session = config.session;
  context->registry = earlier.registry;
  context->processes = &processes;
  context->directory = &directory;
  context->socket = bound.socket.name;
  context->url = bound.http.name;
  context->state_dir = state_dir.string();
  context->log = log.logger();
  context->events = system.spawn(events);
  context->folder = source.folder();
  context->read_pools = [&source, &config, &l = *log.logger()] {
    return read_pools(source, config, l);
  };
  context->expect_frames = [front](uint64_t bytes) { expect_frames(*front, bytes); };
  context->request_stop = [] { ::kill(::getpid(), SIGTERM); };

  loop_threads loops{system, choose_loops(config.node), config.node.spin};
  context->loops = loops.all();
  connections clients{loops.all()};
  auto watcher = watch_connections(system, clients);
  auto doors = std::make_shared<session_sockets>(loops.all(), clients, front,
                                                 config.session, state_dir / "sessions");
  context->doors = doors;
  auto node_handle = system.spawn(node, context, config.pools, earlier.sessions);
  await_pools(system, node_handle);

  std::vector<std::shared_ptr<listener>> listeners;
  listeners.push_back(open_front<socket_connection>(
      loops.all(), std::move(bound.socket.fd), clients, front, true));
  if (bound.http.fd)
    listeners.push_back(open_front<http_connection>(loops.all(), std::move(bound.http.fd),
                                                    clients, front, false));
  {
    connection_file advertised{
        state_dir,
        {bound.http.name, front->api_key, bound.socket.name, config.node.name}};
    std::printf("troupe: node %s ready http=%s socket=%s\n", config.node.name.c_str(),
                bound.http.name.empty() ? "off" : bound.http.name.c_str(),
                bound.socket.name.c_str());
    std::fflush(stdout);
    notify_service_manager("READY=1");
    log.logger()->info("node {} ready: {} pools", config.node.name, config.pools.size());
    run_until_drained(sig, processes, system, node_handle, log.logger());
  }
  for (auto& l : listeners)
    loops.all().front()->post([l] { l->stop(); });
  doors->close_all();
  clients.finish(limits::flush_grace);
  ::unlink(bound.socket.name.c_str());
  log.logger()->info("node {} stopped", config.node.name);
  caf::anon_send_exit(watcher, caf::exit_reason::user_shutdown);
  caf::anon_send_exit(node_handle, caf::exit_reason::user_shutdown);
  caf::anon_send_exit(context->events, caf::exit_reason::user_shutdown);
  // Handles that the context and the directory hold would keep the actors from ending.
  node_handle = nullptr;
  watcher = nullptr;
  directory.set({});
  system.await_all_actors_done();
  return 0;
}

} // namespace

int serve(config::file config, config_source source) {
  try {
    auto g = guardian::start();
    signals sig;
    return run_node(config, source, g, sig);
  } catch (const std::exception& e) {
    std::cerr << "troupe: " << e.what() << '\n';
    return 1;
  }
}

} // namespace troupe
