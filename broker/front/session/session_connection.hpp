#pragma once

#include "broker/front/connection.hpp"
#include "protocol/base/json_writer.hpp"
#include "protocol/base/line_splitter.hpp"
#include "protocol/config/config.hpp"

#include <deque>

namespace troupe::front::session {

/// The pool or session that a socket is for.
struct session_acceptor {
  /// The one session behind it; empty where sessions begin.
  std::string session;
  /// The pool in which sessions begin.
  std::string pool;
  config::session config;
};

/// A client that speaks algocline's pool protocol, as to a worker that it has started
/// itself: JSON lines, one answer for each request, in their order. Its session outlives
/// it.
class session_connection : public connection {
public:
  session_connection(loop::event_loop& loop, loop::unique_fd socket,
                     front_context_ptr context, session_acceptor acceptor);

  /// Returns what a client is told that is turned away.
  static std::string refusal(const fault& why);

protected:
  void on_bytes(std::string_view bytes) override;
  void on_outcome(tag_id tag, call_result& result) override;
  void on_chunk(tag_id, const shared_bytes&) override {}
  void on_end_of_input() override {}
  bool has_open_calls() const override { return !asked_.empty(); }
  front_kind front() const override { return front_kind::session; }
  bool wants_input() const override { return lines_waiting_.empty(); }

private:
  /// Takes requests until one has to wait for its outcome.
  void take_lines();
  void on_line(std::string_view line);
  void shake_hands(std::string_view request);
  void run(std::string_view request);
  void go_on(std::string_view request);
  /// Hands an operation to the node; its outcome is the answer.
  void ask(std::string_view operation, std::string payload);
  /// Begins the run that waited for the session before it, if that has ended.
  void run_after(const call_result& status);
  /// Answers with `data`, JSON text.
  void grant(json_object_writer data);
  void refuse(std::string_view why, std::string_view data = "null");

  session_acceptor acceptor_;
  line_splitter lines_;
  std::deque<shared_bytes> lines_waiting_;
  /// The operation whose outcome is waited for; empty for none.
  std::string_view asked_;
  /// The run whose turn comes once the session before it is known to have ended.
  std::string next_run_;
  bool handshake_sent_ = false;
};

} // namespace troupe::front::session
