#pragma once

#include <functional>
#include <map>
#include <utility>
#include <vector>

namespace troupe::node {

struct pool_survey_row;

/// What a report says of workers.
enum class survey_need {
  status,
  /// Also the memory and CPU time that SAMPLER knows.
  usage,
};

using survey_rows = std::vector<pool_survey_row>;

/// Is told what a survey has found.
using survey_finisher = std::function<void(const survey_rows&)>;

/// Surveys that are being made, each for all who want the same. Whoever asks meanwhile is
/// told by the next one, so what it is told is no older than its question. CAF looks for
/// the request of an answer among all that are open: with a survey for each question, a
/// client that asks without reading would keep NODE busy for minutes.
///
/// For one actor, which must outlive the surveys.
class survey_rounds {
public:
  /// Begins a survey and has its finisher called once, perhaps before it returns.
  using beginner = std::function<void(survey_finisher)>;

  /// What is looked at: the context of a pool, or null for all pools.
  using subject = std::pair<const void*, survey_need>;

  /// Has `finish` called with what the next survey of `what` finds.
  /// @param begin Begins one, and keeps the pool's context. Only that of the first who
  /// asks is kept.
  void ask(subject what, survey_finisher finish, beginner begin) {
    auto [i, is_first] = rounds_.try_emplace(what, round{std::move(begin), {}});
    i->second.waiting.push_back(std::move(finish));
    if (is_first)
      run(what);
  }

private:
  struct round {
    beginner begin;
    std::vector<survey_finisher> waiting;
  };

  void run(subject what) {
    auto& r = rounds_.at(what);
    auto begin = r.begin; // a copy: the survey may end at once, and its entry with it
    begin([this, what, told = std::exchange(r.waiting, {})](const survey_rows& rows) {
      for (auto& finish : told)
        finish(rows);
      auto i = rounds_.find(what);
      if (i->second.waiting.empty())
        rounds_.erase(i);
      else
        run(what);
    });
  }

  std::map<subject, round> rounds_;
};

} // namespace troupe::node
