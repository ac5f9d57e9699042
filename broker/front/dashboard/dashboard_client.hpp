#pragma once

#include "broker/front/dashboard/tab_part.hpp"
#include "broker/front/websocket/websocket_client.hpp"

#include <map>
#include <memory>

namespace troupe::front::dashboard {

/// `WS /ws/dashboard`: one tab of a browser. It says what it looks at, and is sent what
/// has changed.
class dashboard_client final : public websocket::websocket_client,
                               private tab_link,
                               private first_asker {
public:
  /// @param board Of the loop of its connection.
  /// @param may_change Whether its key allows more than to look.
  dashboard_client(websocket::websocket_host& host, std::shared_ptr<look_board> board,
                   bool may_change);
  ~dashboard_client() override;

  void begin() override;
  void on_outcome(tag_id tag, call_result& result) override;
  void on_drained() override;

protected:
  void on_message(websocket::opcode what, std::string message) override;
  void on_second(steady_clock::time_point now) override;

private:
  /// A call that has no outcome yet.
  struct open_call {
    callee_actor who;
    /// Null if nobody wants to know.
    answer_handler take;
    first_turn turn;
  };

  struct open_look {
    /// Of what it asks.
    kept_share_ptr share;
    std::unique_ptr<tab_part> part;
  };

  void handle(watch_message& m);
  void handle(watch_events_message& m);
  void handle(const unwatch_message& m);
  void handle(const pause_message& m);
  void handle(const resume_message& m);
  void handle(input_message& m);
  /// @param bytes Of what it asks.
  void add_look(page_id id, std::unique_ptr<tab_part> look, size_t bytes);
  void refuse(std::optional<page_id> id, const fault& why);

  // -- for its looks ---------------------------------------------------------------

  look_board& board() override { return *board_; }
  bool is_there() const override { return !closed_ && host_.is_there(); }
  bool has_room(size_t bytes) const override;
  void send(std::string_view message) override;
  bool may_ask() const override;
  first_turn begin_first(steady_clock::time_point now) override;
  result<tag_id> ask(std::string_view to, call c, answer_handler take,
                     first_turn turn) override;
  result<tag_id> ask_terminal(const std::string& name, call c, answer_handler take,
                              first_turn turn) override;
  /// Asks without being counted.
  result<tag_id> submit(std::string_view to, call c, answer_handler take,
                        first_turn turn = nullptr);
  void forget(tag_id tag) override;
  void take_back(tag_id tag) override;
  void on_turn(steady_clock::time_point now) override;
  size_t bytes_answered() const override { return answered_; }
  void run_later(std::chrono::milliseconds delay, std::function<void()> work) override {
    host_.run_later(delay, std::move(work));
  }

  std::shared_ptr<look_board> board_;
  bool may_change_;
  bool hidden_ = false;
  uint64_t last_tag_ = 0;
  std::map<tag_id, open_call> open_;
  size_t inputs_ = 0;
  size_t answered_ = 0;
  /// Questions since the last second.
  size_t asked_ = 0;
  /// Bytes that have not left, and since when there are any.
  size_t unread_ = 0;
  steady_clock::time_point unread_since_;
  /// Whether it was sent something since the last second.
  bool was_sent_ = false;
  std::map<page_id, open_look> looks_;
};

} // namespace troupe::front::dashboard
