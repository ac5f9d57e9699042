#pragma once

#include "broker/front/dashboard/shared_look.hpp"

#include <functional>
#include <string_view>

namespace troupe::front::dashboard {

/// What the looks of a tab have from it.
class tab_link {
public:
  /// Takes how a call ended.
  using answer_handler = std::function<void(call_result&)>;

  virtual ~tab_link() = default;

  virtual look_board& board() = 0;
  virtual bool is_there() const = 0;
  /// Whether another message of so many bytes may wait for the client. If not, its parts
  /// are told when some have left.
  virtual bool has_room(size_t bytes) const = 0;
  virtual void send(std::string_view message) = 0;

  /// Whether it may ask: not too many of its questions are open.
  virtual bool may_ask() const = 0;
  /// Returns a turn to ask for a look that was not answered before. If there is none now,
  /// it returns null, and its parts are told when there is one.
  virtual first_turn begin_first(steady_clock::time_point now) = 0;
  /// Hands a call to whoever `to` names; `take` gets its outcome, if it is not forgotten
  /// before. Returns its tag, or why there is nobody.
  /// @param turn Let go with the outcome, also where that is forgotten: whoever answers
  /// works until then. May be null.
  virtual result<tag_id> ask(std::string_view to, call c, answer_handler take,
                             first_turn turn = nullptr) = 0;
  virtual result<tag_id> ask_terminal(const std::string& name, call c,
                                      answer_handler take, first_turn turn) = 0;
  /// The outcome of this call is not wanted any more.
  virtual void forget(tag_id tag) = 0;
  /// The same for a call that may wait long: it is taken back.
  virtual void take_back(tag_id tag) = 0;
  /// Runs `work` later, if the client is there then.
  virtual void run_later(std::chrono::milliseconds delay, std::function<void()> work) = 0;
};

/// A look of a tab. It rests until it begins.
class tab_part {
public:
  virtual ~tab_part() = default;
  /// The tab is seen: looks, from where it was.
  virtual void begin() = 0;
  /// The tab is hidden: asks and sends nothing.
  virtual void rest() = 0;
  /// About a second is over.
  virtual void on_second(steady_clock::time_point /*now*/) {}
  /// The tab has a turn to ask for a look that was not answered before.
  virtual void on_turn(steady_clock::time_point /*now*/) {}
  /// There is room for messages again.
  virtual void on_room() = 0;
};

/// Makes a look at an answer that is asked for again and again.
std::unique_ptr<tab_part> make_tab_look(tab_link& tab, page_id id, look_question what);

/// Makes a look at events as they come, in batches.
std::unique_ptr<tab_part> make_tab_events(tab_link& tab, page_id id, std::string node,
                                          shared_bytes query);

} // namespace troupe::front::dashboard
