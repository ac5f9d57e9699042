#include "actors/worker/spawn_spec.hpp"

#include "actors/interfaces/worker_files.hpp"
#include "actors/os/preload_order.hpp"
#include "protocol/base/address.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <map>
#include <random>
#include <string_view>

#include <sys/resource.h>
#include <unistd.h>

namespace troupe::worker {

namespace {

/// The variables of the node that a child gets without being told to inherit them all.
bool is_allowed(std::string_view name) {
  constexpr std::array<std::string_view, 6> names = {"PATH", "HOME",   "LANG",
                                                     "TZ",   "TMPDIR", "USER"};
  return name.starts_with("LC_")
         || std::find(names.begin(), names.end(), name) != names.end();
}

/// The node's own secrets, which no child gets.
bool is_secret(std::string_view name) {
  constexpr std::array<std::string_view, 6> names = {
      "TROUPE_API_KEY", "TROUPE_VIEW_KEY", "NOTIFY_SOCKET",
      "WATCHDOG_USEC",  "WATCHDOG_PID",    "CREDENTIALS_DIRECTORY"};
  return std::find(names.begin(), names.end(), name) != names.end();
}

using placeholders = std::map<std::string_view, std::string>;

std::string fill_in(std::string_view text, const placeholders& values) {
  std::string out;
  while (!text.empty()) {
    auto open = text.find('{');
    out += text.substr(0, open);
    if (open == std::string_view::npos)
      break;
    text.remove_prefix(open);
    auto close = text.find('}');
    auto value = close == std::string_view::npos ? values.end()
                                                 : values.find(text.substr(1, close - 1));
    if (value == values.end()) {
      out += '{';
      text.remove_prefix(1);
    } else {
      out += value->second;
      text.remove_prefix(close + 1);
    }
  }
  return out;
}

std::vector<os::resource_limit> to_limits(const config::limits& l) {
  std::vector<os::resource_limit> out;
  if (l.memory > 0)
    out.push_back({RLIMIT_AS, l.memory});
  if (l.open_files > 0)
    out.push_back({RLIMIT_NOFILE, l.open_files});
  if (l.cpu.count() > 0)
    out.push_back({RLIMIT_CPU, static_cast<uint64_t>(l.cpu.count() / 1000)});
  return out;
}

os::channel to_channel(const wires::wire_kind& wire, config::transport t) {
  if (wire.traits.sockets > 0)
    return os::channel::sockets;
  if (wire.traits.child_listens)
    return os::channel::served;
  switch (t) {
    case config::transport::unix_socket:
      return os::channel::unix_socket;
    case config::transport::tcp:
      return os::channel::tcp;
    case config::transport::stdio:
      break;
  }
  return os::channel::stdio;
}

/// Sets where its socket is and, where it may outlive the node, its log.
void set_paths(os::spawn_spec& spec, const pool_context& pool, const std::string& worker,
               incarnation_id incarnation) {
  auto folder = workers_folder(pool.node.state_dir);
  auto name = worker_file_name(worker, incarnation);
  if (pool.config.survive) {
    char random[16];
    std::snprintf(random, sizeof random, "-%08x", std::random_device{}());
    name += random;
    spec.log_path = folder / (name + ".log");
  }
  // Another user's process makes its socket in a folder of its own.
  auto folder_of_user = spec.talks == os::channel::served && spec.as
                            ? folder / ("u" + std::to_string(spec.as->user))
                            : folder;
  spec.socket_path = folder_of_user / (name + ".sock");
}

/// Returns the variables of the node that a child gets.
/// @param all Not only those that are allowed to every child.
wires::variables inherited(bool all) {
  wires::variables env;
  for (auto variable = ::environ; *variable; ++variable) {
    std::string_view text{*variable};
    auto name = text.substr(0, text.find('='));
    if ((all || is_allowed(name)) && !is_secret(name) && name.size() < text.size())
      env[std::string{name}] = text.substr(name.size() + 1);
  }
  return env;
}

/// As login(1) does; what else was for the node's user stays where `inherit_env` asks for
/// it.
void set_identity(wires::variables& env, const config::user_account& account) {
  env["HOME"] = account.home;
  env["SHELL"] = account.shell;
  env["USER"] = env["LOGNAME"] = account.name;
}

/// Returns the variables that all workers of the pool have, but for those that the pool
/// sets.
wires::variables shared_environment(const pool_context& pool,
                                    const wires::wire_kind& wire) {
  auto env = inherited(pool.config.inherit_env);
  if (pool.account && *pool.account)
    set_identity(env, **pool.account);
  if (wire.environment)
    wire.environment(pool.config, env);
  return env;
}

std::vector<std::string> to_texts(const wires::variables& env) {
  std::vector<std::string> out;
  for (auto& [name, value] : env)
    out.push_back(name + "=" + value);
  return out;
}

bool has_own_socket(const os::spawn_spec& spec) {
  return spec.talks == os::channel::unix_socket || spec.talks == os::channel::tcp
         || spec.talks == os::channel::served;
}

/// Returns what loads the program of the pool. What differs from worker to worker is not
/// in it: each gets that when it is forked.
/// @param worker One of those workers, and what stands for placeholders in it.
std::shared_ptr<const os::preload_order> make_preload_order(const pool_context& pool,
                                                            const wires::wire_kind& wire,
                                                            const os::spawn_spec& worker,
                                                            placeholders values) {
  values.erase("worker");
  auto differs = [&](const std::string& text) {
    return text.find("{worker}") != text.npos
           || (has_own_socket(worker) && text.find("{socket}") != text.npos);
  };
  auto& config = pool.config;
  auto order = std::make_shared<os::preload_order>();
  order->name = config.name;
  order->boot_timeout = config.boot_timeout;
  order->restart_delay = config.restart.delay;
  order->max_delay = config.restart.max_delay;
  order->period = config.restart.period;
  auto& program = order->program;
  program.cwd = worker.cwd;
  program.as = worker.as;
  program.limits = worker.limits;
  for (auto& word : config.preload)
    program.argv.push_back(fill_in(word, values));
  auto env = shared_environment(pool, wire);
  for (auto& [name, value] : config.env)
    if (!differs(value))
      env[name] = fill_in(value, values);
  program.env = to_texts(env);
  return order;
}

} // namespace

os::spawn_spec make_spawn_spec(const pool_context& pool, int32_t index,
                               incarnation_id incarnation) {
  auto& config = pool.config;
  auto worker = worker_name(config.name, index);
  placeholders values{
      {"pool", config.name}, {"worker", worker}, {"state_dir", pool.node.state_dir}};
  // Without a wire it is as one that asks for nothing.
  auto row = pool.known.wires->find(config.protocol);
  auto wire = row ? *row : wires::wire_kind{};
  os::spawn_spec spec;
  if (config.workers.has_terminal)
    spec.terminal = os::window_size{config.terminal.rows, config.terminal.columns};
  spec.talks = to_channel(wire, config.transport);
  spec.sockets = wire.traits.sockets;
  spec.whole_heads = wire.whole_heads;
  if (!has_own_socket(spec)) // else it is known when it is made
    values.emplace("socket", pool.node.socket);
  if (pool.account) {
    auto& found = *pool.account;
    if (found)
      spec.as = os::run_as{found->user, found->group, found->groups};
    else
      spec.obstacle = found.error();
  }
  set_paths(spec, pool, worker, incarnation);
  spec.cwd = config.cwd;
  spec.limits = to_limits(config.limits);
  if (!config.preload.empty())
    spec.preload = make_preload_order(pool, wire, spec, values);
  for (auto& argument : config.command)
    spec.argv.push_back(fill_in(argument, values));
  auto env = shared_environment(pool, wire);
  if (has_own_socket(spec))
    env["TROUPE_SOCKET"] = "{socket}";
  if (spec.terminal)
    env["TERM"] = "xterm-256color";
  for (auto& [name, value] : config.env)
    env[name] = fill_in(value, values);
  spec.env = to_texts(env);
  return spec;
}

os::spawn_spec make_slow_command(const pool_context& pool, const std::string& name,
                                 pid_t pid) {
  placeholders values{
      {"pool", pool.config.name}, {"worker", name}, {"pid", std::to_string(pid)}};
  os::spawn_spec spec;
  spec.cwd = pool.config.cwd;
  for (auto& argument : pool.config.slow.command)
    spec.argv.push_back(fill_in(argument, values));
  spec.env = to_texts(inherited(false));
  return spec;
}

} // namespace troupe::worker
