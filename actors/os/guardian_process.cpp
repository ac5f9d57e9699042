#include "actors/os/guardian_process.hpp"

#include "actors/os/guardian_messages.hpp"
#include "actors/os/process_table.hpp"
#include "actors/os/worker_mark.hpp"

#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <map>
#include <set>
#include <string>

namespace troupe::os {

namespace {

using namespace std::chrono_literals;

/// How long it looks for what is left: that may be a program that starts itself anew as
/// fast as it can.
constexpr auto longest_hunt = 30s;

constexpr int node_socket = 0;

class watch_list {
public:
  explicit watch_list(std::string node)
    : node_(std::move(node)) {
    if (auto parent = find_process(::getppid()))
      node_started_ = parent->started;
  }

  void take(const guardian_message& m);

  /// The node is gone.
  void end_all() const;

private:
  struct child {
    pid_t group = 0;
    uint64_t started = 0;
  };

  bool is_in_watched_group(const process_entry& p) const;
  bool is_left_behind(const process_entry& p) const;

  std::string node_;
  uint64_t node_started_ = 0;
  std::map<uint64_t, child> watched_;
  std::set<uint64_t> spared_;
};

void watch_list::take(const guardian_message& m) {
  using kind = guardian_message::kind;
  watched_.erase(m.number);
  spared_.erase(m.number);
  if (m.what == kind::watch)
    watched_[m.number] = {m.group, m.started};
  else if (m.what == kind::spare)
    spared_.insert(m.number);
}

bool watch_list::is_in_watched_group(const process_entry& p) const {
  return std::any_of(watched_.begin(), watched_.end(), [&](auto& each) {
    auto& c = each.second;
    return (p.group == c.group || p.sid == c.group) && p.started >= c.started;
  });
}

bool watch_list::is_left_behind(const process_entry& p) const {
  // To read an environment may have to wait for a process that is stuck.
  if (p.started < node_started_)
    return false;
  if (auto mark = initial_variable(p.pid, mark_variable))
    if (auto number = marked_number(*mark, node_))
      return !spared_.contains(*number);
  return is_in_watched_group(p);
}

void watch_list::end_all() const {
  // At once, and without a look at each: what has hidden its mark may be in there.
  for (auto& [number, c] : watched_) {
    auto leader = find_process(c.group);
    if (!leader || leader->started == c.started)
      ::kill(-c.group, SIGKILL);
  }
  end_processes(
      {all_processes, [this](auto& p) { return is_left_behind(p); }, {}, longest_hunt});
}

void answer(uint64_t ping) {
  // A node that does not read does not wait for it either.
  ::send(node_socket, &ping, sizeof ping, MSG_DONTWAIT | MSG_NOSIGNAL);
}

/// Returns once the node is gone.
void listen_to_node(watch_list& list) {
  std::string bytes;
  char block[4096];
  for (;;) {
    auto n = ::read(node_socket, block, sizeof block);
    if (n < 0 && errno == EINTR)
      continue;
    if (n <= 0)
      return;
    bytes.append(block, static_cast<size_t>(n));
    guardian_message m;
    size_t done = 0;
    for (; bytes.size() - done >= sizeof m; done += sizeof m) {
      std::memcpy(&m, bytes.data() + done, sizeof m);
      if (m.what == guardian_message::kind::ping)
        answer(m.number);
      else
        list.take(m);
    }
    bytes.erase(0, done);
  }
}

} // namespace

bool is_guardian(int argc, char** argv) {
  return argc == 2 && std::strcmp(argv[0], "troupe-guardian") == 0;
}

int run_guardian(char** argv) {
  ::prctl(PR_SET_NAME, "troupe-guardian");
  // The signals that end a node, and those of its terminal, are not for the guardian.
  for (auto number : {SIGINT, SIGTERM, SIGHUP, SIGPIPE, SIGQUIT, SIGTSTP})
    ::signal(number, SIG_IGN);
  if (::chdir("/") != 0) // no file system is to be held
    return 1;
  watch_list list{argv[1]};
  listen_to_node(list);
  list.end_all();
  return 0;
}

} // namespace troupe::os
