#pragma once

#include "actors/loop/unique_fd.hpp"
#include "actors/os/guardian_messages.hpp"
#include "protocol/base/result.hpp"

#include <sys/types.h>

#include <chrono>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <system_error>
#include <thread>

namespace troupe::os {

/// How long the node waits for what.
struct guardian_times {
  /// The guardian gets a ping this often.
  std::chrono::milliseconds ping{10'000};
  /// A guardian that has not answered after this long is stopped or stuck: it gets
  /// SIGCONT. After as long again it is replaced.
  std::chrono::milliseconds patience{5'000};
  /// Between two attempts to start one, after one could not be started or did not last.
  std::chrono::milliseconds retry{1'000};
};

/// The node's side of its guardian: a small process that outlives the node by a moment,
/// and kills what the node's children have left when the node is gone, however it went.
/// (The kernel's death signal reaches children, but not what the children started.)
///
/// A guardian that does not answer is told to go on, as it may be stopped. One that has
/// ended, or does not answer even then, is replaced by another, which is told of all
/// children that live. Nobody waits for a guardian: what it does not read is kept
/// here. Members are thread-safe.
class guardian {
public:
  /// Starts the guardian. Throws std::system_error: there is no node yet, and whoever
  /// starts one explains it.
  /// @param program Is a guardian if it is called as one (`guardian_process.hpp`); by
  /// default the file that this program was started from, even if that was replaced or
  /// deleted since.
  explicit guardian(guardian_times times = {}, std::string program = "/proc/self/exe");

  /// Hangs up, so the guardian does what it is there for.
  ~guardian();
  guardian(const guardian&) = delete;
  guardian& operator=(const guardian&) = delete;

  /// Tells it of child `number`, which leads a group and perhaps a `setsid` group.
  void watch(uint64_t number, pid_t group, uint64_t started);

  /// Tells it that child `number` is to outlive the node.
  void spare(uint64_t number);

  /// Tells it that child `number` has ended. Call it before that is reaped, since its pid
  /// may be used again after.
  void forget(uint64_t number);

  /// The first half of the marks of the node's children.
  const std::string& node() const noexcept { return node_; }

  /// Returns the pid of the present guardian; -1 while there is none.
  pid_t pid() const;

  /// Whether a child of this process may be a guardian: it is the present one, or one is
  /// just being started or reaped.
  bool may_be(pid_t pid) const;

  /// Has `report` told, on a thread of its own, of each guardian that is lost or cannot
  /// be started.
  void report_to(std::function<void(const std::string&)> report);

private:
  using clock = std::chrono::steady_clock;

  /// A guardian that was started.
  struct connection {
    pid_t pid = -1;
    loop::unique_fd socket;
    loop::unique_fd exit;
  };

  result<connection, std::system_error> start() const;
  void install(connection c);
  void tell(const guardian_message& m);
  void append(const guardian_message& m);
  void flush();
  void read_answers();
  void ping_if_due();
  bool is_too_slow() const;
  void nudge();

  void run();
  void wait_for_news();
  result<void, std::string> look();
  connection let_go();
  std::optional<std::string> end(const connection& lost);
  bool is_due() const;
  void start_next();
  void report(const std::string& text);

  const guardian_times times_;
  const std::string program_;
  const std::string node_;
  mutable std::mutex mutex_;
  connection present_;
  /// A guardian is being started or reaped.
  bool changing_ = false;
  /// The guardian was too slow, got a SIGCONT, and has not answered since.
  bool nudged_ = false;
  /// The SIGCONT has not been reported yet.
  bool nudge_is_news_ = false;
  /// The messages that the next guardian must get, by the number of the child.
  std::map<uint64_t, guardian_message> children_;
  /// Bytes that the guardian has not taken yet.
  std::string outbox_;
  uint64_t pings_ = 0;
  uint64_t answered_ = 0;
  clock::time_point last_ping_;
  clock::time_point began_;
  /// When the next one is started, and how long after its end the one after that.
  clock::time_point not_before_;
  std::chrono::milliseconds pause_{0};
  std::function<void(const std::string&)> report_;
  bool ended_ = false;
  loop::unique_fd wakeups_;
  std::thread thread_;
};

} // namespace troupe::os
