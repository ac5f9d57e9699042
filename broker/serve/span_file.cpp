#include "broker/serve/span_file.hpp"

#include "actors/interfaces/log_record.hpp"
#include "broker/serve/log_file.hpp"
#include "protocol/base/limits.hpp"
#include "protocol/base/printable.hpp"
#include "protocol/metrics/node_metrics.hpp"

#include <spdlog/spdlog.h>

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <condition_variable>
#include <csignal>
#include <cstring>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace troupe::serve {

namespace {

/// Spans that leave in one write.
constexpr size_t spans_a_write = 64;

} // namespace

struct span_file::state {
  // -- shared ------------------------------------------------------------------------

  mutable std::mutex mutex;
  std::condition_variable changed;
  std::vector<span> queue;
  size_t most = 0;
  uint64_t lost = 0;
  loop::unique_fd next;
  bool ends = false;
  bool done = false;

  // -- of the thread -----------------------------------------------------------------

  loop::unique_fd file;
  span_origin from;
  std::shared_ptr<spdlog::logger> log;
  /// A line has broken off in the file: the next one begins anew.
  bool has_half_line = false;
  /// How many were lost when the log was last told that all are written, and at the last
  /// look; and whether it was told since that some are not.
  uint64_t lost_before = 0;
  uint64_t lost_lately = 0;
  bool told = false;

  void run();
  /// Writes spans. Returns why some were lost, if any were.
  std::optional<std::string> write(const std::vector<span>& spans);
  /// Returns why that failed, if it did.
  std::optional<std::string> write_all(std::string_view text);
  /// Tells the log if that has changed.
  void report(uint64_t now_lost, const std::optional<std::string>& why);
};

std::optional<std::string> span_file::state::write_all(std::string_view text) {
  auto begin = text.size();
  while (!text.empty()) {
    auto n = ::write(file.get(), text.data(), text.size());
    if (n < 0 && errno == EINTR)
      continue;
    if (n <= 0) {
      has_half_line = has_half_line || text.size() < begin;
      return n < 0 ? std::strerror(errno) : "it takes no more";
    }
    text.remove_prefix(static_cast<size_t>(n));
  }
  has_half_line = false;
  return std::nullopt;
}

std::optional<std::string> span_file::state::write(const std::vector<span>& spans) {
  std::optional<std::string> wrong;
  for (size_t i = 0; i < spans.size(); i += spans_a_write) {
    auto end = std::min(i + spans_a_write, spans.size());
    std::string text{has_half_line ? "\n" : ""};
    for (auto j = i; j < end; ++j)
      append_otlp_line(text, spans[j], from);
    auto why = write_all(text);
    if (!why)
      continue;
    wrong = std::move(why);
    std::lock_guard lock{mutex};
    lost += end - i;
  }
  return wrong;
}

void span_file::state::report(uint64_t now_lost, const std::optional<std::string>& why) {
  if (now_lost > lost_lately) {
    lost_lately = now_lost;
    if (!std::exchange(told, true))
      write_log(*log, spdlog::level::warn, {.event = "spans_lost"},
                "trace.file: spans are lost: {}",
                why.value_or("they come faster than they are written"));
  } else if (std::exchange(told, false)) {
    write_log(*log, spdlog::level::info, {.event = "spans_written_again"},
              "trace.file: spans are written again; {} lost",
              counted(now_lost - std::exchange(lost_before, now_lost), "span"));
  }
}

void span_file::state::run() {
  std::unique_lock lock{mutex};
  for (;;) {
    changed.wait(lock, [this] { return !queue.empty() || next || ends; });
    if (next) {
      has_half_line = has_half_line && is_same_file(file.get(), next.get());
      file = std::move(next);
    }
    auto spans = std::exchange(queue, {});
    if (spans.empty() && ends)
      break;
    if (spans.empty())
      continue;
    lock.unlock();
    auto why = write(spans);
    lock.lock();
    auto now_lost = lost;
    lock.unlock();
    report(now_lost, why);
    lock.lock();
  }
  done = true;
  changed.notify_all();
}

span_file::span_file(loop::unique_fd file, span_origin from,
                     std::shared_ptr<spdlog::logger> log, size_t most)
  : state_(std::make_shared<state>()) {
  state_->file = std::move(file);
  state_->from = std::move(from);
  state_->log = std::move(log);
  state_->most = most;
  sigset_t all; // signals are for others
  sigset_t before;
  ::sigfillset(&all);
  ::pthread_sigmask(SIG_SETMASK, &all, &before);
  thread_ = std::thread{[s = state_] { s->run(); }};
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

span_file::~span_file() {
  std::unique_lock lock{state_->mutex};
  state_->ends = true;
  state_->changed.notify_all();
  auto ended = state_->changed.wait_for(lock, limits::flush_grace,
                                        [this] { return state_->done; });
  lock.unlock();
  if (ended)
    thread_.join();
  else
    thread_.detach(); // it hangs in a write
}

void span_file::record(span s) {
  std::lock_guard lock{state_->mutex};
  if (state_->queue.size() >= state_->most) {
    ++state_->lost;
    return;
  }
  state_->queue.push_back(std::move(s));
  if (state_->queue.size() == 1)
    state_->changed.notify_all();
}

void span_file::replace(loop::unique_fd next) {
  std::lock_guard lock{state_->mutex};
  state_->next = std::move(next);
  state_->changed.notify_all();
}

void span_file::reopen(const std::filesystem::path& path) {
  auto opened = open_log_file(path, "trace");
  if (opened)
    replace(std::move(*opened));
  else
    write_log(*state_->log, spdlog::level::err, {.event = "spans_not_reopened"},
              "SIGUSR1: {}", opened.error());
}

uint64_t span_file::lost() const {
  std::lock_guard lock{state_->mutex};
  return state_->lost;
}

metrics_sources::registration
add_span_source(metrics_sources& to, const std::shared_ptr<const span_file>& spans) {
  return to.add("spans", [spans](const metrics_answer& answer) {
    answer(make_metrics_snapshot([spans](metrics::metric_list& out) {
      out.add(metrics::node::spans_lost, {}, spans->lost());
    }));
  });
}

std::shared_ptr<span_file> open_spans(loop::unique_fd file, const std::string& node,
                                      std::shared_ptr<spdlog::logger> log) {
  if (!file)
    return nullptr;
  return std::make_shared<span_file>(std::move(file), span_origin{node, TROUPE_VERSION},
                                     std::move(log));
}

} // namespace troupe::serve
