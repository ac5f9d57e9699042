#pragma once

#include "broker/front/web/access_log.hpp"
#include "broker/front/web/answer_writer.hpp"
#include "broker/front/web/web_task.hpp"

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace troupe::front::web {

class web_exchange;

/// What an exchange needs of its connection.
class exchange_host {
public:
  virtual result<> submit_for(web_exchange& e, std::string_view to, call c) = 0;
  virtual void submit_for(web_exchange& e, const callee_actor& who, call c) = 0;
  virtual void cancel_for(web_exchange& e) = 0;
  virtual std::function<void()> canceller_for(web_exchange& e) = 0;
  virtual std::string_view date() = 0;

protected:
  ~exchange_host() = default;
};

/// A request of a connection whose answer has not left. Nothing that a task does here
/// ends the exchange: the connection looks at it when the task returns.
class web_exchange final : public web_answer {
public:
  web_exchange(exchange_host& host, tag_id tag, http::http_form form,
               std::unique_ptr<web_task> task)
    : host_(host)
    , tag_(tag)
    , form_(form)
    , task_(std::move(task)) {}

  void send_interim(const answer_head& head) override;
  void send(const answer_head& head, std::string_view body) override;
  void send_file(const answer_head& head, file_part body) override;
  void begin_stream(const answer_head& head) override;
  void refuse(const http::http_refusal& why) override;
  void send_part(std::string_view bytes) override;
  void end_stream() override;
  void break_stream(const fault& why) override;
  result<> call_pool(std::string_view to, call c) override;
  void call_actor(const callee_actor& who, call c) override;
  void cancel_call() override;
  std::function<void()> canceller() override;

  tag_id tag() const noexcept { return tag_; }
  const http::http_form& form() const noexcept { return form_; }
  /// Null for bytes that were no request.
  web_task* task() const noexcept { return task_.get(); }

  /// Whether a head was written.
  bool has_begun() const noexcept { return begun_; }
  /// Whether all of the answer is here: in `bytes`, and in `file`.
  bool has_ended() const noexcept { return ended_; }
  /// Whether the connection closes behind it.
  bool is_last() const noexcept { return !form_.keep_alive; }
  /// Whether its stream waits for more.
  bool is_streaming() const noexcept { return begun_ && !ended_; }

  /// What is to be sent next.
  std::string& bytes() noexcept { return bytes_; }
  size_t size() const noexcept { return bytes_.size(); }
  /// What is to be sent behind `bytes`.
  std::optional<file_part>& file() noexcept { return file_; }

  /// Whom its call was handed to, while that runs; null for nobody.
  const callee_actor& callee() const noexcept { return callee_; }
  void set_callee(callee_actor who) { callee_ = std::move(who); }
  /// Its call has ended.
  void forget_callee() { callee_ = nullptr; }

  /// For the log; complete once the answer has ended.
  access_record record;

private:
  /// Whether the client is to get a body with this status.
  bool takes_body(unsigned status) const noexcept;
  /// Notes the status, and that nothing else may begin.
  void begin(unsigned status);

  exchange_host& host_;
  tag_id tag_;
  http::http_form form_;
  std::unique_ptr<web_task> task_;
  std::string bytes_;
  std::optional<file_part> file_;
  callee_actor callee_;
  body_end end_ = body_end::none;
  /// Bytes of a stream that are still to come, if its worker has said how many.
  std::optional<uint64_t> left_;
  bool begun_ = false;
  bool ended_ = false;
};

/// The exchanges of a connection, in the order of its requests. Each has a tag, one more
/// than that of the request before.
class web_exchanges {
public:
  web_exchange& add(exchange_host& host, http::http_form form,
                    std::unique_ptr<web_task> task);

  bool empty() const noexcept { return all_.empty(); }
  size_t size() const noexcept { return all_.size(); }
  web_exchange& front() { return *all_.front(); }
  web_exchange& back() { return *all_.back(); }

  /// Returns the one with this tag that has not ended, or null.
  web_exchange* find(tag_id tag);
  /// Whether an answer under this tag can leave now. One that is not known is not waited
  /// for either.
  bool is_next(tag_id tag) const;
  /// Returns the bytes of all answers that have not left.
  size_t held_bytes() const;
  /// Removes the first, whose answer has left.
  void pop_front();
  /// Frees the places that are not in use.
  void shrink();

private:
  /// Few: to move them costs nothing beside an answer. (A deque takes 600 bytes for
  /// none.)
  std::vector<std::unique_ptr<web_exchange>> all_;
  /// The tag of the first.
  uint64_t first_ = 0;
};

} // namespace troupe::front::web
