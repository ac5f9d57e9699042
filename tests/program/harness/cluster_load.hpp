#pragma once

#include "tests/program/harness/socket_client.hpp"
#include "tests/program/harness/test_cluster.hpp"

#include <atomic>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <thread>
#include <vector>

namespace program {

/// A pool of `workers/ledger.py`, which notes every call in `file` before it runs.
std::string ledger_pool(const std::string& name, const std::string& file,
                        const std::string& keys = "size = 2\nwindow = 8");

/// Returns how often each call ran that is noted in `file`.
std::map<std::string, size_t> runs_in(const std::string& file);

/// What clients of a load saw.
struct load_tally {
  size_t sent = 0;
  /// How many calls ended how: `result`, the code of the error, `hung_up` if the client's
  /// own node closed the connection, or `no_outcome` if the call was lost.
  std::map<std::string, size_t> ends = {};
  /// Outcomes that no open call waited for, or that were another call's.
  size_t crossed = 0;
  std::string first_complaint = {};
  /// The longest that a call took.
  int64_t longest_ms = 0;
  /// When the last call ended in `node_down`.
  clock::time_point last_down = {};
  /// Those that may run more than once.
  std::vector<std::string> idempotent = {};

  size_t outcomes() const;
  void add(const load_tally& other);
};

struct load_plan {
  /// Addresses that calls go to, in turn.
  std::vector<std::string> to = {"work"};
  size_t outstanding = 8;
  /// How long a worker takes for a call, at most.
  int most_ms = 5;
  int idempotent_percent = 0;
  /// Whether some calls are taken back, end in errors, kill their worker, have little
  /// time, a priority or a key.
  bool is_rude = false;
  /// Whether a client goes on at another node when its own one goes.
  bool moves_on = false;
};

/// Clients that call all the time, each on a thread of its own.
class cluster_load {
public:
  /// @param name Begins the names of its calls; each load of a test has its own.
  explicit cluster_load(const test_cluster& nodes, std::string name = "c")
    : nodes_(nodes)
    , name_(std::move(name)) {}
  ~cluster_load() { finish(); }

  /// Adds a client of `node`.
  void add(const std::string& node, load_plan plan);

  /// How many outcomes there were up to now.
  size_t outcomes() const { return outcomes_; }

  /// Waits until there were `n` more outcomes; returns whether there were.
  bool goes_on(size_t n = 100) const;

  /// Sends no more calls, waits for the outcomes of those that are open, and returns what
  /// all clients saw. Writes it to the log of the test.
  load_tally finish();

private:
  const test_cluster& nodes_;
  std::string name_;
  std::atomic<bool> stopping_{false};
  std::atomic<size_t> outcomes_{0};
  std::vector<std::unique_ptr<load_tally>> tallies_;
  std::vector<std::thread> threads_;
};

/// Checks what holds whatever happens: each call had one outcome, its own, and none ran
/// twice that was not marked idempotent.
/// The names of loads begin with `c`; other calls in the ledger are not looked at.
void check_outcomes(const load_tally& seen, const std::string& ledger);

} // namespace program
