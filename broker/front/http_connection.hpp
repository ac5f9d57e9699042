#pragma once

#include "broker/front/connection.hpp"
#include "broker/front/http_answer.hpp"
#include "broker/front/http_request.hpp"
#include "broker/front/websocket_client.hpp"

#include <boost/beast/http/parser.hpp>

#include <deque>
#include <optional>

namespace troupe {

/// A client of HTTP: requests in, pipelined if it likes; answers out in their order. A
/// client that closes its side has its calls cancelled.
class http_connection : public connection, private websocket_host {
public:
  http_connection(loop& home, unique_fd socket, front_context_ptr context);

protected:
  /// Lets go of a client that is silent between two requests, and pings one that has
  /// changed to a WebSocket.
  void on_check(steady_clock::time_point now) override;
  void on_bytes(std::string_view bytes) override;
  void on_outcome(uint64_t tag, call_result& result) override;
  void on_chunk(uint64_t tag, const slice& payload) override;
  void on_end_of_input() override;
  void on_output_drained() override;
  bool has_open_calls() const override { return socket_ || !exchanges_.empty(); }
  bool wants_input() const override;
  bool is_next(uint64_t tag) const override;
  size_t held_output() const override;

private:
  using parser = boost::beast::http::request_parser<boost::beast::http::string_body>;

  /// A request whose answer has not left.
  struct exchange {
    slice kind;
    slice request_id;
    /// As it goes into an envelope.
    std::optional<std::string_view> id() const {
      return request_id.empty() ? std::nullopt : std::optional{request_id.view()};
    }
    callee_actor who;
    route_kind route = route_kind::call;
    http_form form;
    /// The whole answer, once known.
    std::string answer;
    bool answered = false;
    /// The client wants the parts of the result as they come.
    bool wants_parts = false;
    /// The answer is a stream that has begun: `answer` holds what is to be sent next.
    bool streaming = false;
    /// For the event stream: what was asked first, with its filters.
    slice query;
    /// For the event stream: what to ask next, once the client has taken what it has.
    std::optional<call> next;
  };

  // -- after an upgrade (http_upgrade.cpp) -----------------------------------------

  void write(std::string_view bytes) override;
  std::optional<fault> call_by_name(std::string_view to, call c, uint64_t tag) override;
  void close_when_sent() override { close_after_output(); }
  void drop() override { close(); }
  /// Answers the handshake and changes to a WebSocket; returns why it cannot.
  std::optional<fault> upgrade(const http_message& m, const http_request& r);
  /// Returns why `worker` is no terminal that can be called.
  std::optional<fault> check_terminal(std::string_view worker) const;

  /// Whether another request may be read: not many are open, and not much waits.
  bool has_room() const;
  void parse();
  void on_message(http_message m);
  void on_broken(boost::system::error_code ec);
  exchange* find(uint64_t tag);
  void answer(exchange& e, const call_result& result);
  /// Sends the answers that are complete and next in order.
  void send_ready();
  void begin_stream(exchange& e);
  void stream_events(exchange& e, const call_result& result);
  /// Ends a streamed result with its answer.
  void end_stream(exchange& e, const call_result& result);

  std::string input_;
  std::optional<parser> parser_;
  bool parsing_ = false;
  bool continue_sent_ = false;
  /// When the client last sent something, or was last answered.
  steady_clock::time_point active_ = steady_clock::now();
  /// In the order of the requests; the first has the tag `first_tag_`.
  std::deque<exchange> exchanges_;
  uint64_t first_tag_ = 0;
  /// No further request is read: the connection is about to close, or streams events.
  bool last_request_ = false;
  /// Set after an upgrade: it has the connection then.
  std::unique_ptr<websocket_client> socket_;
};

} // namespace troupe
