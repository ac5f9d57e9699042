#pragma once

#include "broker/front/dashboard/large_turns.hpp"
#include "broker/front/dashboard/look_time.hpp"
#include "broker/front/dashboard/page_message.hpp"
#include "protocol/base/call.hpp"

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace troupe::front::dashboard {

/// Whoever looks.
class look_viewer {
public:
  virtual ~look_viewer() = default;
  /// The look has another answer, or another error.
  virtual void on_news() = 0;
  /// Whether there still is somebody who looks. What a viewer asked that is gone is not
  /// answered any more.
  virtual bool is_there() const = 0;
};

/// A question that is asked again and again for all who look, and its last answer. For
/// one loop.
class shared_look {
public:
  explicit shared_look(look_question what)
    : what_(std::move(what)) {}

  const look_question& what() const noexcept { return what_; }

  void add(look_viewer& who) { viewers_.push_back(&who); }
  void remove(look_viewer& who);

  /// Whether it is to be asked now.
  bool is_due(steady_clock::time_point now) const;
  /// Whether it is to be asked now. If so, `who` must ask, and then `take` the answer.
  bool begin_question(look_viewer& who, steady_clock::time_point now);
  /// `who` could not ask, or will get no answer: the next who is due asks.
  void give_up_question(const look_viewer& who);
  /// Takes the answer, and tells all viewers if it is another one.
  void take(const call_result& answer);

  /// The last answer, or nothing before the first.
  const std::optional<shared_bytes>& answer() const noexcept { return answer_; }
  /// Whether what has changed in the answer takes long to find.
  bool is_large() const noexcept {
    return answer_ && answer_->size() > page_limits::page_large;
  }
  /// Why it failed the last time, as JSON; empty if it did not.
  const std::string& problem() const noexcept { return problem_; }

  /// Returns what turns `before` into the answer, as `json_delta`.
  /// @param before An earlier answer. @pre There is an answer.
  std::optional<std::string> delta_from(const shared_bytes& before);

private:
  void tell_viewers();

  look_question what_;
  std::optional<shared_bytes> answer_;
  std::string problem_;
  /// What makes it another one.
  std::string problem_word_;
  std::vector<look_viewer*> viewers_;
  look_viewer* asker_ = nullptr;
  steady_clock::time_point due_{};
  /// The last delta: most viewers have the same answer before.
  shared_bytes delta_before_;
  std::optional<std::string> delta_;
};

using shared_look_ptr = std::shared_ptr<shared_look>;

/// What all tabs of one loop share.
class look_board {
public:
  /// Returns the look that asks `what`, which may be there already.
  shared_look_ptr open(look_question what);

  /// Bytes that wait for the tabs of this loop.
  size_t unread = 0;

  look_time time;
  large_turns turns;

private:
  static constexpr size_t least_kept = 64;

  std::map<std::string, std::weak_ptr<shared_look>> all_;
  size_t forget_at_ = least_kept;
};

} // namespace troupe::front::dashboard
