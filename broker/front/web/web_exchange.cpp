#include "broker/front/web/web_exchange.hpp"

#include <algorithm>

namespace troupe::front::web {

bool web_exchange::takes_body(unsigned status) const noexcept {
  return !form_.head && has_body(status);
}

void web_exchange::begin(unsigned status) {
  begun_ = true;
  record.status = status;
}

void web_exchange::send_interim(const answer_head& head) {
  constexpr unsigned continue_ = 100;
  constexpr unsigned switching_protocols = 101;
  // Leave to send the body is the front's to give, and no other protocol is spoken here.
  if (!form_.http_1_0 && !begun_ && head.status != continue_
      && head.status != switching_protocols)
    append_interim_head(bytes_, head);
}

void web_exchange::send(const answer_head& head, std::string_view body) {
  begin(head.status);
  auto length = form_.head && body.empty() ? length_in(head) : std::optional{body.size()};
  if (takes_body(head.status))
    bytes_.reserve(bytes_.size() + body.size() + 512);
  append_answer_head(bytes_, head, form_,
                     takes_body(head.status) ? body_end::length : body_end::none, length,
                     host_.date());
  if (takes_body(head.status)) {
    bytes_ += body;
    record.bytes = body.size();
  }
  ended_ = true;
}

void web_exchange::send_file(const answer_head& head, file_part body) {
  begin(head.status);
  append_answer_head(bytes_, head, form_, body_end::length, body.length, host_.date());
  if (takes_body(head.status) && body.length > 0)
    file_ = std::move(body); // whoever sends it notes how much has left
  ended_ = true;
}

void web_exchange::begin_stream(const answer_head& head) {
  begin(head.status);
  left_ = length_in(head);
  if (!takes_body(head.status))
    end_ = body_end::none;
  else if (left_)
    end_ = body_end::length;
  else if (form_.http_1_0)
    end_ = body_end::connection;
  else
    end_ = body_end::chunks;
  if (end_ == body_end::connection)
    form_.keep_alive = false;
  append_answer_head(bytes_, head, form_, end_, left_, host_.date());
}

void web_exchange::refuse(const http::http_refusal& why) {
  begin(http::status_of(why));
  record.failure = why.why.what;
  record.bytes = append_refusal(bytes_, why, form_, host_.date());
  ended_ = true;
}

void web_exchange::send_part(std::string_view bytes) {
  if (ended_ || bytes.empty() || end_ == body_end::none)
    return;
  // More than was said would be taken for the next answer.
  if (end_ == body_end::length && bytes.size() > *left_)
    return break_stream({code::protocol_error, "more than Content-Length says"});
  record.bytes += bytes.size();
  if (end_ == body_end::chunks)
    return http::append_http_part(bytes_, bytes, form_);
  bytes_ += bytes;
  if (end_ == body_end::length)
    *left_ -= bytes.size();
}

void web_exchange::end_stream() {
  if (ended_)
    return;
  if (end_ == body_end::length && *left_ > 0)
    return break_stream({code::protocol_error, "less than Content-Length says"});
  if (end_ == body_end::chunks)
    http::append_http_last_part(bytes_, form_);
  ended_ = true;
}

void web_exchange::break_stream(const fault& why) {
  record.failure = why.what;
  form_.keep_alive = false;
  ended_ = true;
}

result<> web_exchange::call_pool(std::string_view to, call c) {
  return host_.submit_for(*this, to, std::move(c));
}

void web_exchange::call_actor(const callee_actor& who, call c) {
  host_.submit_for(*this, who, std::move(c));
}

void web_exchange::cancel_call() {
  if (callee_)
    host_.cancel_for(*this);
}

std::function<void()> web_exchange::canceller() {
  return callee_ ? host_.canceller_for(*this) : [] {};
}

web_exchange& web_exchanges::add(exchange_host& host, http::http_form form,
                                 std::unique_ptr<web_task> task) {
  all_.push_back(std::make_unique<web_exchange>(host, tag_id{first_ + all_.size()}, form,
                                                std::move(task)));
  all_.back()->record.begun = std::chrono::system_clock::now();
  return *all_.back();
}

web_exchange* web_exchanges::find(tag_id tag) {
  auto i = tag - first_;
  return i < all_.size() && !all_[i]->has_ended() ? all_[i].get() : nullptr;
}

bool web_exchanges::is_next(tag_id tag) const {
  auto i = tag - first_;
  return i == 0 || i >= all_.size();
}

size_t web_exchanges::held_bytes() const {
  size_t bytes = 0;
  for (auto& e : all_)
    bytes += e->size();
  return bytes;
}

void web_exchanges::pop_front() {
  all_.erase(all_.begin());
  ++first_;
}

void web_exchanges::shrink() {
  if (empty())
    std::vector<std::unique_ptr<web_exchange>>{}.swap(all_);
}

} // namespace troupe::front::web
