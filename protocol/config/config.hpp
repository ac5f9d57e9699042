#pragma once

#include "protocol/base/call.hpp"
#include "protocol/config/behaviour.hpp"
#include "protocol/config/cluster.hpp"
#include "protocol/config/extensions.hpp"
#include "protocol/config/http.hpp"
#include "protocol/config/jsonrpc.hpp"
#include "protocol/config/metrics.hpp"
#include "protocol/config/slow.hpp"
#include "protocol/config/terminal.hpp"
#include "protocol/config/trace.hpp"
#include "protocol/config/user_account.hpp"
#include "protocol/config/web.hpp"
#include "protocol/config/worker_traits.hpp"

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

/// What a configuration file says, with the default of every key. Plain values; reading a
/// file is `load.hpp`.
namespace troupe::config {

using std::chrono::microseconds;
using std::chrono::milliseconds;
using namespace std::chrono_literals;

enum class log_level : uint8_t { trace, debug, info, warn, error };
enum class log_format : uint8_t { text, json };

/// `log` of `[node]`
struct log_options {
  log_level level = log_level::info;
  log_format format = log_format::text;
  /// Relative to `state_dir`; empty: stderr.
  std::filesystem::path file = {};

  bool operator==(const log_options&) const = default;
};

/// `[node]`
struct node {
  /// Default: the host name, made to fit the rules of a name.
  std::string name;
  /// For connection.json, the socket and the logs. Relative to the working directory.
  std::filesystem::path state_dir = ".troupe";
  log_options log;
  /// I/O threads; pools and connections are spread over them. 0: by the number of cores.
  uint32_t loops = 0;
  /// The longest that a loop polls after its last event before it blocks, since a thread
  /// that sleeps answers as much later as waking it takes: 30-50 µs on a virtual machine.
  /// A loop whose events are far apart polls for an eighth of this.
  microseconds spin = 160us;
  /// Whether a reload may find no pool in the file: else such a file is half written.
  bool allow_no_pools = false;
  /// Absolute.
  std::vector<std::filesystem::path> plugins;
  bool operator==(const node&) const = default;
};

/// `[socket]`
struct socket {
  /// Relative to `state_dir`.
  std::filesystem::path path = "troupe.sock";
  bool operator==(const socket&) const = default;
};

enum class ready_mode : uint8_t {
  /// The worker says `ready` after the node's `hello`.
  handshake,
  /// The worker is ready as soon as it runs; neither `hello` nor `ready` is exchanged.
  spawn,
};

enum class restart_policy : uint8_t {
  /// Whatever way it ended.
  always,
  /// Only when it died by a signal or with a status other than 0.
  on_failure,
  /// Never.
  never,
};

/// How a pool's dead workers come back.
struct restart {
  restart_policy policy = restart_policy::always;
  /// Before the first try; doubles with each failed one.
  milliseconds delay = 100ms;
  milliseconds max_delay = 30s;
  /// More unasked deaths than this within `period` open the breaker.
  uint32_t intensity = 5;
  milliseconds period = 10s;

  bool operator==(const restart&) const = default;
};

/// When a pool's workers are replaced though nothing is wrong with them; 0 is never. Each
/// worker's own limits lie up to `jitter` below these, so that they do not go together.
struct recycle {
  /// Calls that a worker has taken.
  uint64_t jobs = 0;
  /// Since it became ready.
  milliseconds age{0};
  /// Since its last call.
  milliseconds idle{0};
  /// Resident bytes of the worker and of what it started.
  uint64_t memory = 0;
  double jitter = 0.1;
  /// At most one in so many workers is being replaced at a time, and always one may be.
  uint32_t one_in = 4;

  bool operator==(const recycle&) const = default;
};

/// How workers that live but do not answer are found; only with those that can `ping`.
struct heartbeat {
  /// 0: not at all.
  milliseconds every{0};
  milliseconds timeout = 10s;

  bool operator==(const heartbeat&) const = default;
};

/// Limits of a worker process; 0: as the node's.
struct limits {
  /// Bytes of address space.
  uint64_t memory = 0;
  uint64_t open_files = 0;
  /// CPU time, in whole seconds.
  milliseconds cpu{0};

  bool operator==(const limits&) const = default;
};

/// How a running call ends whose caller has left or given up, in a worker that cannot
/// cancel.
enum class abandonment : uint8_t {
  /// The call may finish, until `exec_timeout`; its slot stays taken.
  finish,
  /// The worker is killed and replaced at once.
  kill,
};

/// Where a call with a key runs if its worker is busy.
enum class affinity : uint8_t {
  /// Another worker takes it.
  prefer,
  /// The call waits for its worker.
  require,
};

/// A pool whose workers come with the load and go without it.
struct elastic {
  /// Workers it keeps; 0 boots the first with the first call.
  uint32_t min = 1;
  /// A worker above `min` that had no call for so long goes.
  milliseconds idle = 60s;

  bool operator==(const elastic&) const = default;
};

/// The connection between node and worker, if the protocol leaves the choice.
enum class transport : uint8_t {
  /// Pipes, as the worker's standard input and output.
  stdio,
  /// A unix socket of the node that the worker dials.
  unix_socket,
  /// The same on a port of the loopback.
  tcp,
};

/// Bytes of the longest message that a pool may be configured for.
inline constexpr uint64_t largest_frame = uint64_t{1} << 30;
inline constexpr uint64_t default_frame = 16 * 1024 * 1024;

/// `[pool.NAME]`
struct pool {
  std::string name;
  /// Program and arguments; never given to a shell. Empty for an external pool.
  std::vector<std::string> command;
  /// In the place of `command`: the program that one process loads, from which the
  /// workers are forked.
  std::vector<std::string> preload;
  /// Its workers are not started by the node: they dial the pool's own socket.
  bool external = false;
  std::string protocol = "json-lines";
  /// Is no key: those of the kind that `protocol` names.
  worker_traits workers;
  troupe::config::transport transport = troupe::config::transport::stdio;
  /// Default: the folder of the configuration file.
  std::filesystem::path cwd;
  std::map<std::string, std::string> env;
  /// Whether the worker gets all of the node's environment, not the allow-list alone.
  bool inherit_env = false;
  /// Workers; of an elastic pool the most.
  uint32_t size = 1;
  /// Absent: always `size` workers.
  std::optional<troupe::config::elastic> elastic;
  /// Calls in flight per worker; a worker may announce less.
  uint32_t window = 1;
  /// I/O threads of the node that its workers are spread over.
  uint32_t loops = 1;
  ready_mode ready = ready_mode::handshake;
  milliseconds boot_timeout = 10s;
  milliseconds exec_timeout = 30s;
  uint32_t queue_limit = 1024;
  milliseconds queue_timeout = 30s;
  milliseconds stop_timeout = 5s;
  uint64_t max_frame = default_frame;
  troupe::config::restart restart;
  troupe::config::recycle recycle;
  troupe::config::heartbeat heartbeat;
  /// Its workers outlive the node while a session is in them, and the next node takes
  /// them over.
  bool survive = false;
  /// Times that a call marked idempotent is run again when its worker died.
  uint32_t retries = 0;
  /// Workers that a payload may kill before it is refused; 0: any number.
  uint32_t quarantine = 3;
  abandonment abandoned = abandonment::finish;
  troupe::config::affinity affinity = troupe::config::affinity::prefer;
  /// The user of the workers, if the node is root; empty: the node's own.
  std::string user;
  /// Is no key: the account of `user`.
  known_account account;
  troupe::config::limits limits;
  troupe::config::terminal terminal;
  troupe::config::behaviour behaviour;
  troupe::config::jsonrpc jsonrpc;
  /// The nodes that run it, where one file serves a cluster; empty: all.
  std::vector<std::string> on;
  /// Is no key: the pool that it is a copy of, for one client (`pool_copy.hpp`). It has
  /// one worker, and ends with that.
  std::string copy_of;
  troupe::config::slow slow;

  /// Returns how many workers there are without any load.
  uint32_t least() const noexcept { return elastic ? elastic->min : size; }
  /// The node can start a worker in place of another. Else they come as others start
  /// them.
  bool starts_workers() const noexcept { return !external; }
  /// Whether it is known when a worker begins to boot as soon as that is wanted. Else
  /// others dial in, or a program is loaded first.
  bool boots_at_once() const noexcept { return !external && preload.empty(); }
  /// It goes with its program.
  bool is_for_one_program() const noexcept { return terminal.spawned; }
  bool is_copy() const noexcept { return !copy_of.empty(); }
  /// What is for all pools, such as a restart, is not for it: it goes with its worker.
  bool is_for_one_client() const noexcept { return is_for_one_program() || is_copy(); }

  /// Returns whether the node of this name runs it.
  bool runs_on(std::string_view node) const;

  bool operator==(const pool&) const = default;
};

/// Returns whether workers started under `a` are as good as those started under `b`: what
/// differs, if anything, is between the pool and its callers.
bool same_workers(pool a, const pool& b);

/// `[session]`
struct session {
  /// A session that nobody used for so long ends; 0: never.
  milliseconds idle = std::chrono::minutes{30};
  /// The version of the node in handshakes of the session protocol. Default: the
  /// program's version.
  std::string version;
  /// Whether another version will do that is compatible as of semantic versioning (`^`).
  bool compatible = false;

  bool operator==(const session&) const = default;
};

/// A whole file.
struct file {
  troupe::config::node node;
  troupe::config::http http;
  troupe::config::socket socket;
  troupe::config::session session;
  troupe::config::cluster cluster;
  /// Those that this node runs, in the order of the file.
  std::vector<pool> pools;
  /// How many others are in the file, for other nodes (`on`).
  size_t pools_elsewhere = 0;
  std::vector<follower> followers;
  std::vector<operation> operations;
  troupe::config::trace trace;
  metrics_options metrics;
  std::vector<web> webs;
};

} // namespace troupe::config
