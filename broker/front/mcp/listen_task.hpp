#pragma once

#include "broker/front/mcp/endpoint.hpp"

#include <string>

namespace troupe::front::mcp {

/// A client that listens: notifications of the pool's servers are server-sent events for
/// as long as it stays. Their ids name the node and the event, so that a client which was
/// away gets what is still kept.
class listen_task : public web::web_task {
public:
  explicit listen_task(endpoint_terms_ptr terms)
    : terms_(std::move(terms)) {}

  result<> take_body(std::string_view) override { return {}; }
  void begin(const web::web_request& request, web::web_answer& answer) override;
  void on_outcome(call_result& result, web::web_answer& answer) override;
  /// A comment.
  std::string_view heartbeat() const override { return ":\n\n"; }

private:
  /// Asks for the events that are next.
  void ask(web::web_answer& answer);
  /// Asks the server of the session for a sign of life, which also keeps it: its client
  /// is there.
  void ask_server(web::web_answer& answer);
  /// Takes what the server has answered.
  void on_sign(const call_result& result, web::web_answer& answer);
  void begin_stream(web::web_answer& answer);
  /// Returns the notification in the text of an event as a server-sent event; empty if it
  /// is of another pool, or none.
  std::string to_message(std::string_view event, uint64_t number) const;

  endpoint_terms_ptr terms_;
  /// Of the answer.
  web::answer_head head_;
  bool is_streaming_ = false;
  bool asks_server_ = false;
  /// The server of the session, as a call names it; empty if all share the servers.
  std::string server_;
  /// What the next question for events is, without what comes from the last answer.
  std::string query_;
  /// The next question.
  shared_bytes next_;
  /// The node whose events these are.
  std::string node_;
  std::string pool_;
};

} // namespace troupe::front::mcp
