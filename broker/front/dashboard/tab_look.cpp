#include "broker/front/dashboard/page_text.hpp"
#include "broker/front/dashboard/tab_part.hpp"
#include "broker/front/websocket/websocket_client.hpp"
#include "protocol/base/address.hpp"

#include <utility>

namespace troupe::front::dashboard {

namespace {

/// What one tab has of a look that it may share with others.
class tab_look final : public tab_part, private look_viewer {
public:
  tab_look(tab_link& tab, page_id id, look_question what)
    : tab_(tab)
    , id_(id)
    , what_(std::move(what)) {}

  ~tab_look() override { rest(); }

  void begin() override {
    if (look_)
      return;
    look_ = tab_.board().open(what_);
    look_->add(*this);
    look_charge charge{tab_.board().time};
    if (look_->answer() || !look_->problem().empty())
      on_news();
    ask_if_due(steady_clock::now());
  }

  void rest() override {
    if (!look_)
      return;
    if (auto tag = std::exchange(question_, std::nullopt)) {
      tab_.forget(*tag);
      tab_.board().turns.end(look_);
    }
    look_->remove(*this);
    look_.reset();
    has_news_ = false;
    // It may rest for days: then it is sent all again.
    if (sent_ && sent_->text.size() > page_limits::page_large)
      sent_.reset();
  }

  void on_second(steady_clock::time_point now) override {
    send_late_news();
    ask_if_due(now);
  }

  void on_turn(steady_clock::time_point now) override {
    if (look_ && !look_->is_known())
      ask_if_due(now);
  }

  void on_room() override { send_late_news(); }

private:
  void on_news() override {
    has_news_ = true;
    send_news();
  }

  bool is_there() const override { return tab_.is_there(); }

  void ask_if_due(steady_clock::time_point now) {
    auto& board = tab_.board();
    if (!look_ || !tab_.may_ask() || !board.time.is_left(now) || !look_->is_due(now))
      return;
    first_turn turn;
    if (!look_->is_known() && !(turn = tab_.begin_first(now)))
      return;
    if (look_->is_large() && !board.turns.begin(look_, now))
      return;
    look_->begin_question(*this, now);
    auto take = [this](call_result& answer) {
      question_.reset();
      tab_.board().turns.end(look_);
      look_charge charge{tab_.board().time};
      look_->take(answer);
    };
    auto c = websocket::make_call(what_.kind->ask, what_.payload);
    auto asked = what_.kind->target == look_target::terminal
                     ? tab_.ask_terminal(what_.terminal, std::move(c), take, turn)
                     : tab_.ask(node_target, std::move(c), take, turn);
    if (asked) {
      question_ = *asked;
      return;
    }
    board.turns.end(look_);
    call_result none = failure(std::move(asked).error());
    look_->take(none);
  }

  void send_late_news() {
    if (!has_news_)
      return;
    look_charge charge{tab_.board().time};
    send_news();
    if (look_)
      look_->forget_delta();
  }

  void send_news() {
    if (!has_news_ || !tab_.is_there() || !tab_.has_room(0))
      return;
    auto text = next_text();
    if (!text.empty() && !tab_.has_room(text.size()))
      return;
    has_news_ = false;
    failed_ = !look_->problem().empty();
    if (!failed_)
      sent_ = look_->answer();
    if (!text.empty())
      tab_.send(text);
  }

  /// Returns the message that tells the client how it is now; empty if it knows.
  std::string next_text() const {
    if (!look_->problem().empty())
      return error_text(id_, look_->problem());
    auto& answer = *look_->answer();
    if (!sent_)
      return state_text(id_, answer.text);
    if (sent_->text == answer.text && !failed_)
      return {};
    auto delta = look_->delta_from(sent_);
    return delta ? delta_text(id_, *delta) : state_text(id_, answer.text);
  }

  tab_link& tab_;
  page_id id_;
  look_question what_;
  /// Set while it does not rest.
  shared_look_ptr look_;
  std::optional<tag_id> question_;
  bool has_news_ = false;
  /// What the client has: the last answer it was sent, and whether an error after that.
  kept_answer_ptr sent_;
  bool failed_ = false;
};

} // namespace

std::unique_ptr<tab_part> make_tab_look(tab_link& tab, page_id id, look_question what) {
  return std::make_unique<tab_look>(tab, id, std::move(what));
}

} // namespace troupe::front::dashboard
