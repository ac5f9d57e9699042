#pragma once

#include "actors/loop/unique_fd.hpp"
#include "actors/os/exit_status.hpp"
#include "actors/os/guardian.hpp"
#include "actors/os/large_pipes.hpp"
#include "actors/os/offspring.hpp"
#include "actors/os/orphan_sweeper.hpp"
#include "protocol/base/call.hpp"
#include "protocol/base/result.hpp"

#include <sys/resource.h>
#include <sys/types.h>

#include <condition_variable>
#include <deque>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace troupe::os {

/// The user and groups of a process.
struct run_as {
  uid_t user = 0;
  gid_t group = 0;
  std::vector<gid_t> groups;
};

/// A limit on what a process may use, as of `setrlimit`; hard and soft alike.
struct resource_limit {
  int resource = 0;
  uint64_t value = 0;
};

/// The way in which a child and the node talk.
enum class channel : uint8_t {
  /// Pipes: the child's stdin and stdout.
  stdio,
  /// Stream sockets that it inherits, as descriptors 3, 4, ….
  sockets,
  /// A unix socket of the node that it dials.
  unix_socket,
  /// A port of the loopback that it dials.
  tcp,
  /// A unix socket that it opens and the node dials.
  served,
};

/// The size of a terminal, in characters.
struct window_size {
  uint16_t rows = 24;
  uint16_t columns = 80;

  bool operator==(const window_size&) const = default;
};

class child_slots;
struct preload_order;

/// The program that is to be started, and how.
struct spawn_spec {
  /// Program and arguments. A program without a slash is looked for in the child's PATH.
  std::vector<std::string> argv;
  /// `NAME=value` each: all of the child's environment.
  std::vector<std::string> env;
  std::filesystem::path cwd;
  channel talks = channel::stdio;
  /// How many there are of `channel::sockets`.
  uint32_t sockets = 0;
  /// Whether these keep the bounds of what is sent (SOCK_SEQPACKET).
  bool packets = false;
  /// Whether it forks others, which write their own mark over its.
  bool forks = false;
  /// The path of the socket of `channel::unix_socket` or `channel::served`. `{socket}`
  /// in `argv` and `env` stands for the socket's address.
  std::filesystem::path socket_path;
  /// Whether the head of each message must reach a pipe in one write.
  bool whole_heads = false;
  /// Nothing: as the node.
  std::optional<run_as> as;
  std::vector<resource_limit> limits;
  /// Set: it may outlive the node, and writes stdout and stderr to this file instead of
  /// to pipes, and a record of it is kept beside that (`detached_processes.hpp`). Only
  /// for those that talk through a unix socket.
  std::filesystem::path log_path;
  /// Whether its programs may gain privileges, as with sudo.
  bool may_gain_privileges = false;
  /// Set: it runs on a terminal of its own instead of on pipes; what it writes to stderr
  /// comes with the rest.
  std::optional<window_size> terminal;

  /// Set: it is forked from a process that has loaded the program, and `argv`, `cwd`,
  /// `as` and `limits` are those of that process.
  std::shared_ptr<const preload_order> preload = {};

  /// Set: why it cannot be started, for a person.
  std::string obstacle;

  bool outlives() const { return !log_path.empty(); }
};

/// A process that was just started: the node's ends of its pipes, and its pidfd.
struct spawned_process {
  pid_t pid = -1;
  /// Only where it talks through stdio; its stdin is /dev/null otherwise.
  loop::unique_fd input;
  /// Neither of the two where it writes to a file.
  loop::unique_fd output;
  loop::unique_fd errors;
  loop::unique_fd exit;
  std::vector<loop::unique_fd> sockets;
  /// How one that may outlive the node is found again.
  std::shared_ptr<const detached_process> detached_as = {};
};

/// A started process; the reason of a failure is for a person.
using spawn_result = result<spawned_process, std::string>;

/// A child that is to be forked by another one: its number, and the mark in its
/// environment. The number has the same count of digits in each such mark.
struct expected_fork {
  uint64_t number = 0;
  std::string mark;
};

/// Starts processes, on a thread of its own, because starting blocks until the program is
/// loaded, and because the kernel kills a child when the *thread* that started it ends.
///
/// A child leads its own `setsid` group, has pipes as stdin, stdout and stderr, the
/// sockets that its spec asks for and no other descriptor of the node, the default signal
/// dispositions and an empty signal mask, and is killed when the node dies, unless its
/// spec says that it outlives it. Its environment has a mark (`worker_mark.hpp`), by
/// which what it starts is found when it has ended. Except with `strangers::ignore`, the
/// node is a subreaper: what loses its parent becomes a child of the node, and is ended
/// or at least reaped.
class spawner {
public:
  /// @param g Told of each child's process group. Must outlive the spawner.
  /// @param others What becomes of children that no worker is known to have started.
  explicit spawner(guardian& g, strangers others = strangers::spare);

  /// Ends the thread, and with it every child that is still alive and does not outlive
  /// the node, and all that children have left behind.
  ~spawner();

  /// Starts a process. `done` is called on the spawner's thread. Thread-safe.
  void spawn(spawn_spec spec, std::function<void(spawn_result)> done);

  /// Kills what is left in the group that `pid` leads, and reaps `pid`. Whatever else it
  /// has left behind is ended soon. Thread-safe.
  /// @pre `pid` came from this spawner, has ended, and was not reaped.
  reaped_child reap(pid_t pid);

  /// A child of this spawner is about to fork a process that becomes a child of the node.
  /// Until `enter_forked` or `not_forked` no orphan is reaped: call one of them soon.
  /// Fails, with the reason for a person, where orphans do not become the node's.
  /// Thread-safe.
  result<expected_fork, std::string> expect_fork();

  /// `pid` is the process that was expected. Returns its pidfd. A process that is no new
  /// child of the node, or leads no group of its own, is refused, and ended if it is the
  /// node's; the reason is for a person. Thread-safe.
  result<loop::unique_fd, std::string> enter_forked(uint64_t number, pid_t pid);

  /// The process that was expected does not come. Thread-safe.
  void not_forked(uint64_t number);

  /// Makes `pid`, which another node started, one of its children: the owner learns of
  /// its end. Thread-safe.
  void adopt(pid_t pid);

  /// The adopted process has ended: kills what is left in its group, and returns how it
  /// ended. Whatever else it has left behind is ended soon. Thread-safe.
  /// @param pidfd Its own.
  exit_status bury(const detached_process& who, int pidfd);

  /// The child is to outlive the node, with all that it has started. Thread-safe.
  void leave(pid_t pid);

  /// Does not count `pid` as one of its children any more, though it may be alive: no
  /// signal ends it. Thread-safe.
  void give_up(pid_t pid);

  /// Kills a process that an earlier node has left and this one does not take over, with
  /// its group, and removes its traces. All else that it has started is ended soon.
  /// Returns whether it was there. Thread-safe.
  bool end(const detached_process& who);

  /// Reaps ended processes that are the node's children without having been started by
  /// it: orphans of its children. Thread-safe.
  void reap_orphans();

  /// Returns how many children are alive, or about to be. Thread-safe.
  size_t alive() const;

  /// Returns the count of the children's pipes that have grown. Thread-safe.
  const std::shared_ptr<large_pipes>& pipes() const noexcept { return pipes_; }

private:
  void run();
  /// Returns what is thrown as the reason why there is no process.
  spawn_result start(spawn_spec& spec, child_slots& slots);
  void enter(spawned_process& p, const spawn_spec& spec, uint64_t number,
             std::string mark);
  void abandon(pid_t pid, uint64_t number);
  void reap_those_that_ended_meanwhile();
  void let_outlive(spawned_process& p, const spawn_spec& spec, uint64_t number,
                   std::string mark);

  struct request {
    spawn_spec spec;
    std::function<void(spawn_result)> done;
  };

  guardian& guardian_;
  std::shared_ptr<large_pipes> pipes_ = std::make_shared<large_pipes>();
  /// As the node started with it: children do not inherit what the node raised for
  /// itself.
  rlimit files_{};
  mutable std::mutex mutex_;
  std::condition_variable wanted_;
  std::deque<request> requests_;
  bool stopped_ = false;
  offspring children_;
  orphan_sweeper sweeper_;
  std::thread thread_;
};

} // namespace troupe::os
