#include "broker/serve/preparation.hpp"

#include "actors/os/private_folder.hpp"
#include "actors/session/registry_files.hpp"
#include "broker/front/front_limits.hpp"
#include "broker/serve/api_key.hpp"
#include "broker/serve/log_file.hpp"
#include "broker/serve/reloading.hpp"

#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <condition_variable>
#include <cstring>
#include <mutex>
#include <stdexcept>
#include <system_error>
#include <thread>
#include <type_traits>

namespace troupe::serve {

namespace {

namespace fs = std::filesystem;

/// Threads beside loops and scheduler: log, spans, spawner, CAF's clock, NODE, EVENTS,
/// SESSIONS, and some that the C++ library or a resolver may want.
constexpr size_t other_threads = 11;

/// Descriptors that a node has open without any loop, pool or client, generously.
constexpr size_t base_descriptors = 40;

/// Descriptors of a loop (epoll, wake-up, file watch) and of a pool (its session socket).
constexpr size_t loop_descriptors = 4;
constexpr size_t pool_descriptors = 2;

bool has_users(const config::file& config) {
  return std::any_of(config.pools.begin(), config.pools.end(),
                     [](auto& p) { return !p.user.empty(); });
}

/// Starts so many threads at once and ends them again.
void try_threads(size_t count) {
  std::mutex mutex;
  std::condition_variable enough;
  auto done = false;
  std::vector<std::thread> all;
  std::string why;
  try {
    all.reserve(count);
    while (all.size() < count)
      all.emplace_back([&] {
        std::unique_lock lock{mutex};
        enough.wait(lock, [&] { return done; });
      });
  } catch (const std::system_error& e) {
    why = e.code().message();
  }
  {
    std::lock_guard lock{mutex};
    done = true;
  }
  enough.notify_all();
  auto had = all.size();
  for (auto& t : all)
    t.join();
  if (!why.empty())
    throw std::runtime_error{"cannot start the node's threads: " + std::to_string(had)
                             + " of " + std::to_string(count) + ", then: " + why
                             + " (see `ulimit -u`)"};
}

/// Opens so many descriptors at once, as far as the hard limit allows, and closes them.
void try_descriptors(size_t count) {
  rlimit before{};
  ::getrlimit(RLIMIT_NOFILE, &before);
  auto raised = before;
  raised.rlim_cur = raised.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &raised);
  std::vector<loop::unique_fd> all;
  auto error = 0;
  while (error == 0 && all.size() < count) {
    all.emplace_back(::open("/dev/null", O_RDONLY | O_CLOEXEC));
    if (!all.back())
      error = errno;
  }
  ::setrlimit(RLIMIT_NOFILE, &before); // children get what the node started with
  if (error != 0)
    throw std::runtime_error{
        "cannot open the node's descriptors: " + std::to_string(all.size() - 1) + " of "
        + std::to_string(count) + " more, then: " + std::strerror(error)
        + " (see `ulimit -n`)"};
}

/// Returns the value; what fails before the node runs is thrown to `serve`.
template <class T>
T or_throw(result<T, std::string> r) {
  if (!r)
    throw std::runtime_error{r.error()};
  if constexpr (!std::is_void_v<T>)
    return *std::move(r);
}

std::shared_ptr<session::session_registry> open_registry(const fs::path& path) {
  or_throw(session::protect_registry(path));
  return std::make_shared<session::session_registry>(
      or_throw(session::session_registry::open(path)));
}

std::vector<session::session_entry> load_sessions(session::session_registry& registry) {
  auto read = registry.load();
  if (!read)
    throw std::runtime_error{"the registry of sessions: " + read.error()};
  return *std::move(read);
}

fs::path log_path_of(const config::node& node, const fs::path& state_dir) {
  return node.log.file.empty() ? fs::path{} : state_dir / node.log.file;
}

fs::path trace_path_of(const config::trace& trace, const fs::path& state_dir) {
  return trace.file.empty() ? fs::path{} : state_dir / trace.file;
}

loop::unique_fd open_log(const fs::path& path, const char* what) {
  return path.empty() ? loop::unique_fd{} : or_throw(open_log_file(path, what));
}

front::bound_socket bind_socket(const fs::path& path) {
  os::printable_path(path, "socket.path");
  return or_throw(front::bind_unix(path, front::front_limits::socket_release));
}

front::bound_socket bind_http(const config::http& http) {
  return http.listen.empty()
             ? front::bound_socket{}
             : or_throw(front::bind_tcp(http.listen, http.tls ? "https" : "http"));
}

front::bound_socket bind_metrics(const config::metrics_options& metrics) {
  return metrics.listen.empty() ? front::bound_socket{}
                                : or_throw(front::bind_tcp(metrics.listen, "http"));
}

std::vector<prepared_web> prepare_webs(const config::file& config,
                                       const fs::path& state_dir) {
  std::vector<prepared_web> all;
  for (auto& web : config.webs)
    all.push_back(or_throw(prepare_web(web, config, state_dir)));
  return all;
}

std::shared_ptr<front::certificates> load_certificates(const config::http& http) {
  if (!http.tls || http.listen.empty())
    return nullptr;
  auto loaded = front::certificates::load(files_of(*http.tls));
  if (!loaded)
    throw std::runtime_error{"http.tls: " + loaded.error()};
  return *std::move(loaded);
}

std::optional<reception::cluster_setup>
prepare_cluster(const config::file& config, const hello::spoken_versions& versions) {
  if (!config.cluster.is_on())
    return std::nullopt;
  auto ready = reception::prepare(config.cluster, config.node.name, versions);
  if (!ready)
    throw std::runtime_error{ready.error()};
  return std::move(*ready);
}

followers::follower_list prepare_followers(const config::file& config,
                                           const follower_registry& known) {
  auto ready = followers::prepare(config.followers, known);
  if (!ready)
    throw std::runtime_error{followers::to_string(ready.error())};
  return {*std::move(ready)};
}

} // namespace

preparation::preparation(const config::file& config,
                         const hello::spoken_versions& versions,
                         const follower_registry& known)
  : state(config.node.state_dir, config.node.name, has_users(config))
  , log_path(log_path_of(config.node, state.path()))
  , log_file(open_log(log_path, "log"))
  , socket(bind_socket(state.path() / config.socket.path))
  , socket_path(socket)
  , http(bind_http(config.http))
  , metrics(bind_metrics(config.metrics))
  , webs(prepare_webs(config, state.path()))
  , certificates(load_certificates(config.http))
  , api_key(choose_key(config.http))
  , view_key(choose_view_key(config.http, api_key))
  , cluster(prepare_cluster(config, versions))
  , followers(prepare_followers(config, known))
  , registry(open_registry(state.path() / "sessions.db"))
  , earlier(load_sessions(*registry))
  , advertised(state.path(),
               {http.name, api_key, socket.name, config.node.name, view_key})
  , trace_path(trace_path_of(config.trace, state.path()))
  , trace_file(open_log(trace_path, "trace")) {
  for (auto name : {"sessions", "workers"})
    if (auto made = os::make_private_folder(state.path() / name); !made)
      throw std::runtime_error{made.error()};
  auto loops = node::choose_loops(config.node, config.pools);
  try_threads(loops + node::scheduler_threads + other_threads);
  try_descriptors(base_descriptors + loop_descriptors * loops
                  + pool_descriptors * config.pools.size());
}

} // namespace troupe::serve
