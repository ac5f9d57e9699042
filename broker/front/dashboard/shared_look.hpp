#pragma once

#include "broker/front/dashboard/first_turns.hpp"
#include "broker/front/dashboard/kept_bytes.hpp"
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
  /// @param kept Counts its answers.
  shared_look(look_question what, kept_bytes_ptr kept)
    : what_(std::move(what))
    , kept_(std::move(kept)) {}

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

  /// The last answer that is kept, or null.
  const kept_answer_ptr& answer() const noexcept { return answer_; }
  /// Whether it was answered before: then it is known how large the next answer will be.
  bool is_known() const noexcept { return size_.has_value(); }
  /// Whether what has changed in the answer takes long to find.
  bool is_large() const noexcept { return size_ > page_limits::page_large; }
  /// Why it failed the last time, as JSON; empty if it did not.
  const std::string& problem() const noexcept { return problem_; }

  /// Returns what turns `before` into the answer, as `json_delta`.
  /// @param before An earlier answer. @pre There is an answer.
  std::optional<std::string> delta_from(const kept_answer_ptr& before);
  /// Forgets the last delta, which may be as large as an answer.
  void forget_delta();

private:
  void fail(const fault& why);
  void tell_viewers();

  look_question what_;
  kept_bytes_ptr kept_;
  kept_answer_ptr answer_;
  /// Bytes of the last answer, also if there was no room for it.
  std::optional<size_t> size_;
  std::string problem_;
  /// What makes it another one.
  std::string problem_word_;
  std::vector<look_viewer*> viewers_;
  look_viewer* asker_ = nullptr;
  steady_clock::time_point due_{};
  /// The last delta: most viewers have the same answer before.
  kept_answer_ptr delta_before_;
  std::optional<std::string> delta_;
};

using shared_look_ptr = std::shared_ptr<shared_look>;

/// What all tabs of one loop share.
class look_board {
public:
  /// @param of_node Counts what all looks of the node keep.
  explicit look_board(kept_bytes_ptr of_node = std::make_shared<kept_bytes>())
    : kept(std::move(of_node)) {}

  /// Returns the look that asks `what`, which may be there already.
  shared_look_ptr open(look_question what);

  /// Asks for looks that were not answered yet, if their turn has come.
  void serve_firsts(steady_clock::time_point now) {
    if (time.is_left(now))
      firsts.serve(now);
  }

  /// Bytes that wait for the tabs of this loop.
  size_t unread = 0;

  look_time time;
  large_turns turns;
  first_turns firsts;
  kept_bytes_ptr kept;

private:
  static constexpr size_t least_kept = 64;

  std::map<std::string, std::weak_ptr<shared_look>> all_;
  size_t forget_at_ = least_kept;
};

} // namespace troupe::front::dashboard
