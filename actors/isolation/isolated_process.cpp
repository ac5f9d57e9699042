#include "actors/isolation/isolated_process.hpp"

#include "actors/isolation/isolated_host.hpp"
#include "protocol/base/line_splitter.hpp"
#include "protocol/config/config.hpp"

#include <caf/all.hpp>

#include <fcntl.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <mutex>
#include <optional>
#include <system_error>
#include <utility>

namespace troupe::isolation {

namespace {

/// Bytes of one read.
constexpr size_t read_size = 64 * 1024;

/// Bytes of a line beside its payload, generously.
constexpr size_t envelope_size = 64 * 1024;

int or_throw(int value, const char* what) {
  if (value < 0)
    throw std::system_error{errno, std::generic_category(), what};
  return value;
}

loop::unique_fd duplicate(int fd) {
  return loop::unique_fd{or_throw(::fcntl(fd, F_DUPFD_CLOEXEC, 3), "dup")};
}

/// How a worker process ends; the first word counts.
class ending {
public:
  ending()
    : wake_(or_throw(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK), "eventfd")) {}

  /// @param words Of a failure; empty for an end in order. Thread-safe.
  void tell(std::string words) {
    std::lock_guard lock{mutex_};
    if (!words_)
      words_ = std::move(words);
    uint64_t one = 1;
    static_cast<void>(!::write(wake_.get(), &one, sizeof one)); // it counts far enough
  }

  /// Is readable once the end is there.
  int wake() const noexcept { return wake_.get(); }

  /// @pre `wake()` is readable.
  std::string words() {
    std::lock_guard lock{mutex_};
    return words_.value_or("");
  }

private:
  loop::unique_fd wake_;
  std::mutex mutex_;
  std::optional<std::string> words_;
};

/// Writes all of `line`, as slowly as the node reads.
void write_all(int fd, std::string_view line, ending& end) {
  while (!line.empty()) {
    auto n = ::write(fd, line.data(), line.size());
    if (n < 0 && errno == EINTR)
      continue;
    if (n < 0)
      return end.tell("cannot write to the node: "
                      + std::generic_category().message(errno));
    line.remove_prefix(static_cast<size_t>(n));
  }
}

/// Tells the host each line of the node, until the end is there.
void read_lines(int in, const isolated_host_actor& host, ending& end) {
  line_splitter lines{config::largest_frame + envelope_size};
  std::array<pollfd, 2> all{pollfd{end.wake(), POLLIN, 0}, pollfd{in, POLLIN, 0}};
  auto close = [&] {
    all[1].fd = -1;
    caf::anon_send(host, atom::leave_v);
  };
  while (true) {
    if (::poll(all.data(), all.size(), -1) < 0 && errno != EINTR)
      return end.tell("poll: " + std::generic_category().message(errno));
    if (all[0].revents != 0)
      return;
    if (all[1].revents == 0)
      continue;
    std::string bytes(read_size, '\0');
    auto n = ::read(in, bytes.data(), bytes.size());
    if (n < 0 && (errno == EINTR || errno == EAGAIN))
      continue;
    if (n <= 0) {
      close();
      continue;
    }
    bytes.resize(static_cast<size_t>(n));
    auto good = lines.feed(shared_bytes{std::move(bytes)}, [&](shared_bytes line) {
      caf::anon_send(host, atom::output_v, std::move(line));
    });
    if (!good)
      return end.tell("a line of the node is longer than any may be");
  }
}

struct system_config : caf::actor_system_config {
  explicit system_config(const std::function<void(caf::actor_system_config&)>& prepare) {
    // The default, stealing, wakes up all the time.
    set("scheduler.policy", caf::atom("sharing"));
    set("scheduler.max-threads", size_t{2});
    add_message_types<caf::id_block::troupe>();
    if (prepare)
      prepare(*this);
  }
};

} // namespace

node_pipes take_over_pipes() {
  node_pipes pipes{duplicate(STDIN_FILENO), duplicate(STDOUT_FILENO)};
  loop::unique_fd nothing{
      or_throw(::open("/dev/null", O_RDONLY | O_CLOEXEC), "/dev/null")};
  or_throw(::dup2(nothing.get(), STDIN_FILENO), "dup2");
  or_throw(::dup2(STDERR_FILENO, STDOUT_FILENO), "dup2");
  return pipes;
}

result<void, std::string>
run_isolated(std::shared_ptr<const behaviour_kind> kind, behaviours::isolated_setup setup,
             node_pipes pipes,
             const std::function<void(caf::actor_system_config&)>& prepare) {
  // The actor system waits for all actors when it goes, which the behaviour's may never
  // do: it stays until the process ends, with all that they use.
  struct everything {
    everything(node_pipes p,
               const std::function<void(caf::actor_system_config&)>& prepared)
      : pipes(std::move(p))
      , config(prepared)
      , system(config) {}

    node_pipes pipes;
    ending end;
    system_config config;
    caf::actor_system system;
  };
  auto& all = *std::make_unique<everything>(std::move(pipes), prepare).release();
  auto host = all.system.spawn<caf::detached>(
      isolated_host_behavior,
      isolated_surroundings{
          std::move(kind), std::move(setup),
          [&all](const std::string& line) {
            write_all(all.pipes.out.get(), line, all.end);
          },
          [&all](std::string words) { all.end.tell(std::move(words)); }});
  read_lines(all.pipes.in.get(), host, all.end);
  if (auto words = all.end.words(); !words.empty())
    return failure(std::move(words));
  return {};
}

} // namespace troupe::isolation
