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
  void ask(shared_bytes query, web::web_answer& answer);
  /// Returns the notification in the text of an event as a server-sent event; empty if it
  /// is of another pool, or none.
  std::string to_message(std::string_view event, uint64_t number) const;

  endpoint_terms_ptr terms_;
  /// The node whose events these are.
  std::string node_;
  std::string pool_;
};

} // namespace troupe::front::mcp
