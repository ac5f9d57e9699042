#include "actors/worker/preload_reports.hpp"

#include "actors/interfaces/end_reason.hpp"
#include "actors/interfaces/log_record.hpp"
#include "actors/worker/line_ring.hpp"
#include "actors/worker/token_bucket.hpp"
#include "protocol/base/limits.hpp"

#include <caf/send.hpp>

#include <map>

namespace troupe::worker {

namespace {

using std::chrono::milliseconds;

class preload_reports : public os::preload_observer {
public:
  preload_reports(std::string pool, std::shared_ptr<spdlog::logger> log,
                  events_actor events)
    : pool_(std::move(pool))
    , log_(std::move(log))
    , events_(std::move(events)) {}

  void started(pid_t pid) override { publish("preload_started", {{"pid", pid}}); }

  void ready(pid_t pid, milliseconds took) override {
    write(spdlog::level::info, "preload_ready", pid,
          "loaded in " + std::to_string(took.count()) + " ms (pid " + std::to_string(pid)
              + ')');
    publish("preload_ready", {{"pid", pid}, {"load_ms", took.count()}});
  }

  void log(pid_t pid, shared_bytes bytes) override {
    lines_[pid].feed(bytes.view(), [&](std::string_view line) { write_line(pid, line); });
  }

  void ended(pid_t pid, const os::exit_status& how, const fault* why) override {
    auto rest = lines_.extract(pid);
    if (rest)
      rest.mapped().finish([&](std::string_view line) { write_line(pid, line); });
    tell_dropped(pid);
    auto level = why ? spdlog::level::warn : spdlog::level::info;
    write(level, "preload_exited", pid, why ? why->message : to_string(how));
    worker_end end{why && why->what == code::boot_timeout ? end_reason::timeout
                                                          : reason_for(how),
                   how};
    event_members all{
        {"pool", pool_}, {"pid", pid}, spread(end), {"expected", why == nullptr}};
    if (why) {
      const event_member message{"message", why->message};
      all.push_back(message);
    }
    publish(std::move(all), "preload_exited");
  }

  void failed(const fault& why) override {
    write(spdlog::level::warn, "preload_exited", {}, why.message);
    publish("preload_exited", {{"expected", false}, {"message", why.message}});
  }

private:
  void write(spdlog::level::level_enum level, std::string_view event,
             std::optional<int64_t> pid, std::string_view text) const {
    write_log(*log_, level, {.event = event, .pool = pool_, .pid = pid}, "{}.preload: {}",
              pool_, text);
  }

  /// As a worker's stderr: so many lines a second, the others are counted.
  void write_line(pid_t pid, std::string_view line) {
    if (!budget_.try_take(1, std::chrono::steady_clock::now())) {
      ++dropped_;
      return;
    }
    tell_dropped(pid);
    write(spdlog::level::info, "preload_output", pid, line);
  }

  void tell_dropped(pid_t pid) {
    if (auto count = std::exchange(dropped_, 0); count > 0)
      write(spdlog::level::warn, "preload_output_dropped", pid,
            std::to_string(count) + " lines are not here");
  }

  void publish(event_members members, const char* kind) const {
    caf::anon_send(events_, atom::publish_v, event{kind, std::move(members), pool_});
  }

  void publish(const char* kind, std::initializer_list<event_member> more) const {
    event_members all{{"pool", pool_}};
    all.insert(all.end(), more);
    publish(std::move(all), kind);
  }

  std::string pool_;
  std::shared_ptr<spdlog::logger> log_;
  events_actor events_;
  std::map<pid_t, line_ring> lines_;
  token_bucket budget_{limits::log_lines, limits::log_lines_burst};
  uint64_t dropped_ = 0;
};

} // namespace

os::preload_observer_ptr make_preload_reports(std::string pool,
                                              std::shared_ptr<spdlog::logger> log,
                                              events_actor events) {
  return std::make_shared<preload_reports>(std::move(pool), std::move(log),
                                           std::move(events));
}

} // namespace troupe::worker
