#pragma once

#include "actors/interfaces/broker_actor.hpp"
#include "actors/interfaces/worker_actor.hpp"
#include "actors/os/launcher.hpp"
#include "protocol/config/config.hpp"

#include <caf/typed_response_promise.hpp>

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

/// Stand-ins for what surrounds an actor under test, and records of what they are told.
namespace troupe::testing {

using namespace os;

using std::chrono::milliseconds;

/// Takes outcomes and remembers all of them, so that a second one for a call is seen.
class recording_sink : public reply_sink {
public:
  void settle(tag_id tag, call_result result) override {
    all[tag].push_back(std::move(result));
  }
  void chunk(tag_id, shared_bytes, std::shared_ptr<stream_flow>) override {}

  /// Returns how often the call was settled.
  size_t count(uint64_t tag) const {
    auto i = all.find(tag);
    return i == all.end() ? 0 : i->second.size();
  }
  /// Returns the fault it ended in; one with `code::none` for an outcome or for nothing.
  fault error(uint64_t tag) const;
  /// Returns the payload it ended in; empty for a fault or for nothing.
  std::string result(uint64_t tag) const;

  std::map<uint64_t, std::vector<call_result>> all;
};

/// A child that does nothing but remember what was done to it.
class fake_child : public child {
public:
  explicit fake_child(pid_t pid)
    : pid_(pid) {}

  pid_t pid() const override { return pid_; }
  std::string& outbox() override { return outbox_; }
  void commit() override { written += std::exchange(outbox_, {}); }
  void close_input() override { closed = true; }
  void signal(int number) override { signals.push_back(number); }
  std::shared_ptr<const detached_process> detached_as() const override {
    return detached_as_;
  }
  void leave() override { left = true; }
  bool fetch_output() override { return fetch && fetch(); }

  /// Returns what was written since the last call.
  std::string read() { return std::exchange(written, {}); }

  /// What `fetch_output` does.
  std::function<bool()> fetch;
  std::string written;
  bool closed = false;
  std::vector<int> signals;
  bool left = false;
  /// Set: it may outlive the node.
  std::shared_ptr<const detached_process> detached_as_;

private:
  pid_t pid_;
  std::string outbox_;
};

/// Remembers what was to be started; whether and when it runs is the test's business.
class fake_launcher : public launcher {
public:
  struct launch_record {
    spawn_spec spec;
    child_owner_ptr owner;
    std::shared_ptr<fake_child> child;
    /// The process that is to be taken over, if it is not to be started.
    std::optional<detached_process> adopts;
  };

  void launch(spawn_spec spec, child_owner_ptr owner) override {
    launches.push_back({std::move(spec), std::move(owner), nullptr, {}});
  }
  void adopt(const detached_process& who, spawn_spec spec,
             child_owner_ptr owner) override {
    launches.push_back({std::move(spec), std::move(owner), nullptr, who});
  }
  void renew() override { renewed_before.push_back(launches.size()); }
  void rest() override { ++rests; }

  std::vector<launch_record> launches;
  /// How many launches there had been each time that programs were to be loaded anew.
  std::vector<size_t> renewed_before;
  size_t rests = 0;
};

/// What a stand-in for a worker was asked, and what it is to do next.
struct worker_record {
  struct taken {
    job what;
    caf::typed_response_promise<outcome> answer;
  };
  std::vector<taken> jobs;
  std::vector<uint64_t> cancelled;
  /// How long each of these may go on.
  std::vector<milliseconds> left_to_finish;
  /// Those that were promised but not yet given their slot back.
  std::vector<caf::typed_response_promise<atom::released>> releases;
  /// Whether a cancelled call's slot is free at once.
  bool lets_go = true;
  std::vector<std::string> stopped;
  std::vector<std::function<void(worker_actor::pointer)>> todo;
  /// What it was asked about its stderr, and what it answers.
  std::vector<log_question> questions;
  log_span said;
};

/// What a stand-in for a broker was told.
struct broker_record {
  std::vector<member> joined;
  std::vector<fault> conditions;
  std::vector<fault> died;
  /// Sessions whose worker is gone for good.
  std::vector<std::string> lost;
  std::vector<uint64_t> retired;
  std::vector<config::pool> updates;
  /// Whether `retire` is answered at once.
  bool lets_go = true;
  std::vector<caf::typed_response_promise<atom::retire>> promises;
  std::vector<std::function<void()>> todo;
};

/// What a stand-in for a supervisor was told.
struct supervisor_record {
  std::vector<std::pair<uint64_t, worker_info>> ready;
  std::vector<uint64_t> retired;
  std::vector<uint64_t> recycled;
  std::vector<std::string> last_words;
  std::vector<uint64_t> idle;
  /// How many calls waited too long, and for which worker.
  std::vector<std::pair<uint64_t, int32_t>> grown;
  /// What its workers had counted when they ended.
  worker_counters counted;
};

} // namespace troupe::testing
