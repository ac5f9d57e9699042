#pragma once

#include "broker/front/mcp/call_back.hpp"
#include "broker/front/mcp/endpoint.hpp"

#include <optional>
#include <string>

namespace troupe::front::mcp {

/// A message of a client. A request is a call to the pool: its method is the kind, its
/// params are the payload. Reports of progress are parts of the answer.
class post_task : public web::web_task {
public:
  explicit post_task(endpoint_terms_ptr terms)
    : terms_(std::move(terms)) {}

  result<> take_body(std::string_view bytes) override;
  void begin(const web::web_request& request, web::web_answer& answer) override;
  void on_part(const shared_bytes& payload, web::web_answer& answer) override;
  void on_outcome(call_result& result, web::web_answer& answer) override;

private:
  /// Takes a message that is a JSON object.
  void take(const web::web_request& request, const shared_bytes& text,
            web::web_answer& answer);
  void take_request(const web::web_request& request, call c, std::string_view params,
                    web::web_answer& answer);
  /// Takes a message to which no answer is due.
  void take_notification(call c, std::string_view params, web::web_answer& answer);
  void take_cancellation(std::string_view id, web::web_answer& answer);
  /// Hands the call to whoever serves the session.
  void submit(call c, web::web_answer& answer);
  /// The server of the session that begins was started, or could not be.
  void begin_session(const call_result& started, web::web_answer& answer);
  void send(std::string_view message, web::web_answer& answer);
  /// Sends an answer that is no stream and has another status.
  void send_with(unsigned status, std::string_view message, web::web_answer& answer);
  void fail(const fault& why, web::web_answer& answer);

  endpoint_terms_ptr terms_;
  std::string body_;
  /// Of the request, as JSON text.
  std::string id_;
  /// Of the session; with a server of its own, the number of one that begins.
  std::string session_;
  /// Whoever serves the session, as a call names it.
  std::string pool_;
  /// Of the answer; with the id of the session that begins with it.
  web::answer_head head_;
  /// Whether its session begins with it.
  bool begins_ = false;
  bool is_notification_ = false;
  /// Whether its answer is a stream in any case, or may become one.
  bool wants_stream_ = false;
  bool is_streaming_ = false;
  /// Set if it takes another call back.
  std::optional<call_back> taking_back_;
  /// Set while the server is started that is to get it.
  std::optional<call> waiting_;
  /// Set while its call is open.
  std::optional<open_requests::registration> open_;
};

} // namespace troupe::front::mcp
