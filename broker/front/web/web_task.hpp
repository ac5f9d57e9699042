#pragma once

#include "actors/interfaces/callee_actor.hpp"
#include "actors/loop/unique_fd.hpp"
#include "broker/front/http/message/http_answer.hpp"
#include "broker/front/web/web_request.hpp"
#include "protocol/web/answer_head.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <string_view>

namespace troupe::front::web {

using troupe::web::answer_head;

/// A part of an open file.
struct file_part {
  loop::unique_fd file;
  uint64_t offset = 0;
  /// The file may become shorter while it is read: the client sees a broken connection.
  uint64_t length = 0;
};

/// The answer to one request, for the task that makes it. It leaves after those to
/// requests before. Length, chunks, `Date` and `Connection` are the front's: such headers
/// of a head are left out, and so is the body where HTTP has none (HEAD, 204, 304).
class web_answer {
public:
  /// Sends a head with a status of 1xx, if the client can take it. @pre No other has
  /// begun.
  virtual void send_interim(const answer_head& head) = 0;

  // One of these, once:
  /// Sends all of the answer.
  virtual void send(const answer_head& head, std::string_view body) = 0;
  /// Sends a part of a file.
  virtual void send_file(const answer_head& head, file_part body) = 0;
  /// Begins an answer whose length is not known.
  virtual void begin_stream(const answer_head& head) = 0;
  /// Sends a short answer of the front's own: that the request cannot be served.
  virtual void refuse(const http::http_refusal& why) = 0;

  // After `begin_stream`:
  virtual void send_part(std::string_view bytes) = 0;
  virtual void end_stream() = 0;
  /// Closes the connection, so that the client knows that something is missing.
  virtual void break_stream(const fault& why) = 0;

  // One call at a time; its outcome comes once:
  /// Hands `c` to the pool that `to` names. Fails if there is none.
  virtual result<> call_pool(std::string_view to, call c) = 0;
  virtual void call_actor(const callee_actor& who, call c) = 0;
  /// The outcome, `cancelled` if nothing was faster, still comes.
  virtual void cancel_call() = 0;
  /// Returns what does the same for the call that is open, for another thread and at any
  /// time: once the call has ended it does nothing. It keeps nothing alive.
  virtual std::function<void()> canceller() = 0;

protected:
  ~web_answer() = default;
};

/// One request in the hands of whoever answers it. Its functions are called on the loop
/// of the connection, and the task goes with the exchange: after the answer has ended, or
/// when the client is gone. Its call is cancelled then by the connection.
class web_task {
public:
  virtual ~web_task() = default;

  /// Takes the next bytes of the body, which are at most `config::web::max_body` in all.
  /// A failure is the answer.
  virtual result<> take_body(std::string_view bytes) = 0;

  /// The request is complete. Calls of `answer`, which outlives the task, may be made
  /// from here on.
  /// @param request Valid for this call.
  virtual void begin(const web_request& request, web_answer& answer) = 0;

  /// Takes a part of the result of its call.
  virtual void on_part(const shared_bytes& /*payload*/, web_answer& /*answer*/) {}
  /// Takes the outcome of its call.
  virtual void on_outcome(call_result& /*result*/, web_answer& /*answer*/) {}

  /// Returns what the client is sent now and then while a stream is silent, so that one
  /// that is gone is noticed; empty for nothing. A stream with one has no end of its own:
  /// it is ended when the node stops.
  virtual std::string_view heartbeat() const { return {}; }
};

/// Whoever answers requests of a web front. A front asks its handlers in their order: the
/// files that it serves itself, then what its mapping says. Safe to use from several
/// threads.
class web_handler {
public:
  virtual ~web_handler() = default;

  /// Returns what will answer this request, or null: it is for the next handler.
  /// @param request Valid for this call.
  virtual std::unique_ptr<web_task> take(const web_request& request) = 0;
};

} // namespace troupe::front::web
