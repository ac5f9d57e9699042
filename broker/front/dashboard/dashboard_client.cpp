#include "broker/front/dashboard/dashboard_client.hpp"

#include "broker/front/dashboard/page_limits.hpp"
#include "broker/front/dashboard/page_text.hpp"
#include "protocol/base/fault_json.hpp"

#include <utility>

namespace troupe::front::dashboard {

dashboard_client::dashboard_client(websocket::websocket_host& host,
                                   std::shared_ptr<look_board> board, bool may_change)
  : websocket_client(host, page_limits::page_message)
  , board_(std::move(board))
  , may_change_(may_change) {}

dashboard_client::~dashboard_client() {
  board_->firsts.leave(*this);
  board_->unread -= unread_;
}

void dashboard_client::begin() {
  send(hello_text(host_.node_name(), may_change_));
}

// -- what the page says ------------------------------------------------------------

void dashboard_client::on_message(websocket::opcode what, std::string message) {
  if (what == websocket::opcode::binary)
    return refuse(std::nullopt, malformed("a message is text, not binary"));
  auto read = read_page_message(message);
  if (!read)
    return refuse(read.error().id, read.error().why);
  std::visit([this](auto& m) { handle(m); }, *read);
}

void dashboard_client::handle(watch_message& m) {
  auto bytes = m.what.key().size();
  add_look(m.id, make_tab_look(*this, m.id, std::move(m.what)), bytes);
}

void dashboard_client::handle(watch_events_message& m) {
  auto bytes = m.payload.size();
  add_look(m.id, make_tab_events(*this, m.id, std::move(m.node), std::move(m.payload)),
           bytes);
}

void dashboard_client::add_look(page_id id, std::unique_ptr<tab_part> look,
                                size_t bytes) {
  if (looks_.contains(id))
    return refuse(id, malformed("watch.id: " + std::to_string(id)
                                + " names another look of this tab"));
  if (looks_.size() == page_limits::page_looks)
    return refuse(id,
                  {code::busy, "this tab has " + std::to_string(page_limits::page_looks)
                                   + " looks, which is the most it may have"});
  auto share = keep_bytes(board_->kept, bytes);
  if (!share)
    return refuse(id, no_room_to_keep());
  auto& added = looks_[id] = {std::move(share), std::move(look)};
  if (!hidden_)
    added.part->begin();
}

void dashboard_client::handle(const unwatch_message& m) {
  if (looks_.erase(m.id) == 0)
    refuse(m.id, malformed("unwatch.id: " + std::to_string(m.id)
                           + " names no look of this tab"));
}

void dashboard_client::handle(const pause_message&) {
  hidden_ = true;
  for (auto& [id, look] : looks_)
    look.part->rest();
}

void dashboard_client::handle(const resume_message&) {
  hidden_ = false;
  for (auto& [id, look] : looks_)
    look.part->begin();
}

void dashboard_client::handle(input_message& m) {
  auto answer = [this, id = m.id](const fault& why) {
    send(input_text(id, to_json(why)));
  };
  if (!may_change_)
    return answer({code::forbidden, "this is the view key, which may look and change"
                                    " nothing: input needs the node's API key"});
  if (inputs_ == page_limits::page_inputs)
    return answer({code::busy, std::to_string(inputs_)
                                   + " inputs of this tab have not reached their"
                                     " terminals yet"});
  auto terminal = host_.terminal_named(std::move(m.terminal));
  if (!terminal)
    return answer(terminal.error());
  auto typed = submit(*terminal, websocket::make_call("input", std::move(m.payload)),
                      [this, answer, id = m.id](call_result& result) {
                        --inputs_;
                        if (result)
                          send(input_text(id, "null"));
                        else
                          answer(result.error());
                      });
  if (typed)
    ++inputs_;
  else
    answer(typed.error());
}

void dashboard_client::refuse(std::optional<page_id> id, const fault& why) {
  send(error_text(id, to_json(why)));
}

// -- what it is sent ---------------------------------------------------------------

bool dashboard_client::has_room(size_t bytes) const {
  return unread_ < page_limits::page_unread
         && (bytes < page_limits::page_unread || board_->unread == 0
             || board_->unread + bytes <= page_limits::pages_unread);
}

void dashboard_client::send(std::string_view message) {
  if (!is_there())
    return;
  if (unread_ == 0)
    unread_since_ = steady_clock::now();
  unread_ += message.size();
  board_->unread += message.size();
  was_sent_ = true;
  send_text(message);
}

void dashboard_client::on_drained() {
  board_->unread -= std::exchange(unread_, 0);
  for (auto& [id, look] : looks_)
    if (!hidden_)
      look.part->on_room();
}

void dashboard_client::on_second(steady_clock::time_point now) {
  asked_ = 0;
  if (unread_ > 0 && now - unread_since_ >= page_limits::page_patience)
    return host_.drop();
  if (hidden_ || looks_.empty())
    return;
  if (!was_sent_ && has_room(0))
    send(beat_text(std::chrono::system_clock::now()));
  was_sent_ = false;
  board_->serve_firsts(now);
  for (auto& [id, look] : looks_)
    look.part->on_second(now);
}

// -- what it asks ------------------------------------------------------------------

bool dashboard_client::may_ask() const {
  return open_.size() - inputs_ < page_limits::page_questions
         && asked_ < page_limits::page_questions;
}

first_turn dashboard_client::begin_first(steady_clock::time_point now) {
  return board_->firsts.begin(*this, now);
}

void dashboard_client::on_turn(steady_clock::time_point now) {
  if (hidden_ || !is_there())
    return;
  for (auto& [id, look] : looks_)
    look.part->on_turn(now);
}

result<tag_id> dashboard_client::ask(std::string_view to, call c, answer_handler take,
                                     first_turn turn) {
  ++asked_;
  return submit(to, std::move(c), std::move(take), std::move(turn));
}

result<tag_id> dashboard_client::submit(std::string_view to, call c, answer_handler take,
                                        first_turn turn) {
  tag_id tag{++last_tag_};
  auto who = host_.call_by_name(to, std::move(c), tag);
  if (!who)
    return failure(std::move(who).error());
  open_.emplace(tag, open_call{*std::move(who), std::move(take), std::move(turn)});
  return tag;
}

result<tag_id> dashboard_client::ask_terminal(const std::string& name, call c,
                                              answer_handler take, first_turn turn) {
  auto worker = host_.terminal_named(name);
  if (!worker)
    return failure(std::move(worker).error());
  return ask(*worker, std::move(c), std::move(take), std::move(turn));
}

void dashboard_client::forget(tag_id tag) {
  if (auto i = open_.find(tag); i != open_.end())
    i->second.take = nullptr;
}

void dashboard_client::take_back(tag_id tag) {
  forget(tag);
  if (auto i = open_.find(tag); i != open_.end() && is_there())
    host_.cancel_call(i->second.who, tag);
}

void dashboard_client::on_outcome(tag_id tag, call_result& result) {
  auto i = open_.find(tag);
  if (i == open_.end())
    return;
  auto take = std::move(i->second.take);
  open_.erase(i);
  if (result)
    answered_ += result->payload.size();
  if (take && is_there())
    take(result);
  board_->serve_firsts(steady_clock::now());
}

} // namespace troupe::front::dashboard
