#pragma once

#include "broker/front/connection.hpp"
#include "broker/front/http/http_answer.hpp"
#include "broker/front/http/http_reader.hpp"
#include "broker/front/http/http_request.hpp"
#include "broker/front/websocket/websocket_client.hpp"

#include <deque>
#include <optional>

namespace troupe::front::http {

/// A client of HTTP: requests in, pipelined if it likes; answers out in their order. A
/// client that is gone has its calls cancelled; one that only sends no more gets its
/// answers.
class http_connection : public connection, private front::websocket::websocket_host {
public:
  http_connection(loop::event_loop& loop, loop::unique_fd socket,
                  front_context_ptr context);

  /// Returns what a client is told that is turned away.
  static std::string refusal(const fault& why);

  /// Ends streams as HTTP ends them, and WebSockets with a close frame.
  void finish() override;

protected:
  void on_bytes(std::string_view bytes) override;
  void on_outcome(uint64_t tag, call_result& result) override;
  void on_chunk(uint64_t tag, const shared_bytes& payload) override;
  void on_end_of_input() override;
  /// Lets go of a client that is silent between two requests or does not end one, and
  /// pings one that follows a stream or has changed to a WebSocket.
  void on_check(steady_clock::time_point now) override;
  static fault out_of_memory();
  void on_out_of_memory() override;
  bool is_sending() const override { return sending_; }
  void on_output_drained() override;
  bool has_open_calls() const override { return socket_ || !exchanges_.empty(); }
  bool wants_input() const override;
  bool is_next(uint64_t tag) const override;
  size_t held_output() const override;

private:
  /// A request whose answer has not left.
  struct exchange {
    shared_bytes kind;
    shared_bytes request_id;
    /// As it goes into an envelope.
    std::optional<std::string_view> id() const {
      return request_id.empty() ? std::nullopt : std::optional{request_id.view()};
    }
    callee_actor who;
    /// It was handed to `who`.
    bool submitted = false;
    error_words errors = error_words::own;
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
    shared_bytes query;
    /// For the event stream: what to ask next, once the client has taken what it has.
    std::optional<call> next;
  };

  // -- after an upgrade (http_upgrade.cpp) -----------------------------------------

  void write(std::string_view bytes) override;
  std::optional<fault> call_by_name(std::string_view to, call c, uint64_t tag) override;
  void close_when_sent(bool client_has_ended) override;
  void drop() override { close(); }
  /// Answers the handshake and changes to a WebSocket; returns why it cannot.
  std::optional<http_refusal> upgrade(const http_fields& m, http_request& r);
  /// Has `name` name the worker of a terminal; returns why there is none.
  std::optional<fault> find_terminal(std::string& name) const;

  // -- requests --------------------------------------------------------------------

  /// Whether another request may be read: not many are open, and not much waits.
  bool has_room() const;
  void parse();
  /// Decides whether the body of a request is wanted.
  void on_head();
  /// Has the body of a request read over, or, if that is too much, no further request
  /// read.
  /// Sets `match_`, unless that is known already; returns why the head is refused.
  std::optional<http_refusal> match_head();
  /// @pre No request is being read.
  void forget_head();
  void skip_body();
  void begin_exchange(std::string body);
  exchange& add_exchange();
  /// Hands the request of `e` on; returns why it cannot.
  std::optional<http_refusal> submit_exchange(exchange& e, http_request r);
  /// Refuses what the client sends; the connection ends with that.
  void refuse(const http_refusal& why);
  void allow_body();
  void check_request(steady_clock::time_point now);

  // -- answers ---------------------------------------------------------------------

  exchange* find(uint64_t tag);
  void answer(exchange& e, const call_result& result);
  void answer(exchange& e, const http_refusal& why);
  /// Sends the answers that are complete and next in order.
  void send_ready();

  // -- streams (http_streams.cpp) --------------------------------------------------

  void begin_stream(exchange& e);
  void stream_events(exchange& e, const call_result& result);
  /// Ends a streamed result with its answer.
  void end_stream(exchange& e, const call_result& result);
  /// Sends what any client ignores: one that is gone answers it with a reset.
  void probe_client();

  std::string input_;
  http_reader reader_;
  /// What the head in `reader_` asks for, or the last one did.
  std::optional<http_match> match_;
  bool parsing_ = false;
  /// The client of the request in `reader_` waits for leave to send its body.
  bool allow_due_ = false;
  /// The client has shown the key.
  bool authorized_ = false;
  /// It may be sending what was refused.
  bool sending_ = false;
  /// Since when a request is incomplete.
  std::optional<steady_clock::time_point> begun_;
  /// When the client last sent something, or was last sent something.
  steady_clock::time_point active_ = steady_clock::now();
  /// Of what it was sent, as of the last look.
  uint64_t seen_written_ = 0;
  http_date date_;
  /// In the order of the requests; the first has the tag `first_tag_`.
  std::deque<exchange> exchanges_;
  uint64_t first_tag_ = 0;
  /// No further request is read: the connection is about to close, or streams events.
  bool last_request_ = false;
  /// Set after an upgrade: it has the connection then.
  std::unique_ptr<front::websocket::websocket_client> socket_;
};

} // namespace troupe::front::http
