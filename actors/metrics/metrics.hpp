#pragma once

#include "actors/interfaces/fan_in.hpp"
#include "actors/interfaces/metrics_actor.hpp"
#include "actors/interfaces/pending_call.hpp"
#include "actors/loop/pinned.hpp"

#include <caf/typed_event_based_actor.hpp>
#include <spdlog/logger.h>

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace troupe::scraping {

struct metrics_state;

using metrics_self = loop::shared_actor<metrics_actor, metrics_state>;

/// The state of a METRICS actor.
struct metrics_state {
  explicit metrics_state(caf::local_actor*) {}

  using snapshots = std::vector<metrics_snapshot_ptr>;

  /// A source that was asked by a function, and has not answered.
  struct open_question {
    uint64_t source = 0;
    std::string name;
    /// Null once the scrape goes on without the answer.
    std::function<void(const metrics_snapshot_ptr&)> take;
  };

  void scrape(pending_call c);
  /// Asks all sources.
  void gather();
  void ask(const metrics_sources::source& s, fan_in<snapshots>& all);
  void ask_actor(const metrics_sources::source& s, const metrics_source_actor& who,
                 fan_in<snapshots>& all);
  void on_answer(question_id number, const metrics_snapshot_ptr& answer);
  /// A question is due: the scrape goes on without its answer.
  void check_answer(question_id number);
  void skip(const std::string& source);
  /// Writes the text, and answers all who wait for it.
  void finish(const snapshots& all);
  /// Takes calls of this sink back: that with this tag, or all, which get no answer.
  void remove(const reply_sink_ptr& sink, const tag_id* tag);
  void fail_all();

  static inline const char* name = "metrics";

  metrics_self* self = nullptr;
  metrics_sources_ptr sources;
  std::shared_ptr<spdlog::logger> log;
  /// The calls that get what is gathered now.
  std::vector<pending_call> served;
  /// Those that came since: what they get is gathered after that, so it is no older than
  /// they are.
  std::vector<pending_call> waiting;
  bool gathering = false;
  steady_clock::time_point begun;
  uint64_t last_question = 0;
  std::map<question_id, open_question> open;
  uint64_t skipped = 0;
  /// The sources that the log was told of.
  std::set<std::string> told_of;
  metrics::duration_histogram durations;
};

/// Returns the behavior of a METRICS actor.
/// @param sources Whoever counts.
metrics_actor::behavior_type metrics_behavior(metrics_self* self,
                                              metrics_sources_ptr sources,
                                              std::shared_ptr<spdlog::logger> log);

} // namespace troupe::scraping
