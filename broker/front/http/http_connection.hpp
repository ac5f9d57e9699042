#pragma once

#include "broker/front/certificates.hpp"
#include "broker/front/connection.hpp"
#include "broker/front/http/exchange.hpp"
#include "broker/front/http/http_request.hpp"
#include "broker/front/http/message/http_answer.hpp"
#include "broker/front/http/message/pending_request.hpp"
#include "broker/front/http/request_counts.hpp"
#include "broker/front/request_rhythm.hpp"
#include "broker/front/websocket/websocket_client.hpp"

#include <atomic>
#include <memory>
#include <optional>

namespace troupe::front::http {

/// A client of HTTP: requests in, pipelined if it likes; answers out in their order. A
/// client that is gone has its calls cancelled; one that only sends no more gets its
/// answers.
class http_connection : public connection, private front::websocket::websocket_host {
public:
  /// @param shown If set, this is https.
  /// @param requests Of the front; null: they are not counted.
  http_connection(loop::event_loop& loop, loop::unique_fd socket,
                  front_context_ptr context, route_registry_ptr routes,
                  const std::shared_ptr<const certificates>& shown = nullptr,
                  request_counts_ptr requests = nullptr);

  /// Returns what a client is told that is turned away.
  static std::string refusal(const fault& why);

  /// Ends streams as HTTP ends them, and WebSockets with a close frame.
  void finish() override;

  call_origin origin() const override { return {speaks_}; }

protected:
  front_kind front() const override {
    return socket_ ? front_kind::websocket : front_kind::http;
  }
  void on_bytes(std::string_view bytes) override;
  void on_outcome(tag_id tag, call_result& result) override;
  void on_chunk(tag_id tag, const shared_bytes& payload) override;
  void on_end_of_input() override;
  void on_missing_tls() override;
  /// Lets go of a client that is silent between two requests or does not end one, and
  /// pings one that follows a stream or has changed to a WebSocket.
  void on_check(steady_clock::time_point now) override;
  static fault out_of_memory();
  void on_out_of_memory() override;
  bool is_sending() const override { return client_.sending; }
  void on_output_drained() override;
  void on_closed() override { socket_.reset(); }
  bool has_open_calls() const override {
    return socket_ || scraping_ || !exchanges_.empty();
  }
  bool wants_input() const override;
  bool is_next(tag_id tag) const override { return exchanges_.is_next(tag); }
  size_t held_output() const override { return exchanges_.held_bytes(); }

private:
  /// The request that is being read.
  struct incoming_request : pending_request {
    // Of the head in `reader`, or of the last one:
    std::optional<http_match> match;
    shared_bytes id;
  };

  /// Facts about the client.
  struct client_signs {
    /// Whether it has shown the key.
    bool authorized = false;
    /// Whether it may still be sending a request that was refused.
    bool sending = false;
    /// When it last sent something, or was last sent something.
    steady_clock::time_point active = steady_clock::now();
    /// Of what it was sent, as of the last look.
    uint64_t seen_written = 0;
  };

  // -- after an upgrade (http_upgrade.cpp) -----------------------------------------

  void write(std::string_view bytes) override;
  result<callee_actor> call_by_name(std::string_view to, call c, tag_id tag) override {
    return submit(to, std::move(c), tag);
  }
  void cancel_call(const callee_actor& who, tag_id tag) override { cancel(who, tag); }
  result<std::string> terminal_named(std::string name) const override;
  const std::string& node_name() const override { return context().directory->node(); }
  bool is_there() const override { return is_open(); }
  void run_later(std::chrono::milliseconds delay, std::function<void()> work) override {
    run_after(delay, std::move(work));
  }
  void close_when_sent(bool client_has_ended) override;
  void drop() override { close(); }
  /// Answers the handshake and changes to a WebSocket, or returns why it cannot.
  result<void, http_refusal> upgrade(const http_fields& m, http_request& r);

  // -- requests --------------------------------------------------------------------

  /// Whether another request may be read: not many are open, and not much waits.
  bool has_room() const;
  /// Takes requests from what has come, with these bytes at the end.
  void parse(std::string_view bytes = {});
  /// Decides whether the body of a request is wanted.
  void on_head();
  /// Sets `match`, unless that is known already, or returns why the head is refused.
  result<void, http_refusal> match_head();
  /// What the key of the head in `reader` allows.
  access access_of_head() const;
  /// After an upgrade: forgets the request, and hands on what came behind it.
  void leave_http();
  /// Has the body of a request read over, or, if that is too much, no further request
  /// read.
  void skip_body();
  void begin_exchange(std::string body);
  exchange& add_exchange();
  /// Hands the request of `e` on, or returns why it cannot.
  result<void, http_refusal> submit_exchange(exchange& e, http_request r);
  /// Has `r` go to the worker of the terminal that it names, or returns why there is
  /// none.
  result<void, http_refusal> use_terminal(http_request& r) const;
  /// Refuses what the client sends; the connection ends with that.
  void refuse(const http_refusal& why);
  void allow_body();
  /// Frees what serves no request that has begun.
  void shrink();
  void check_request(steady_clock::time_point now);

  // -- answers ---------------------------------------------------------------------

  /// Counts an answer whose head is written.
  void count(const exchange& e, unsigned status) const;
  void answer(exchange& e, const call_result& result);
  void answer(exchange& e, const http_refusal& why);
  /// Answers with the file of the route.
  void answer_file(exchange& e);
  bool leaves_now(const exchange& e) const;
  /// Sends the answers that are complete and next in order.
  void send_ready();
  /// Queues what there is of an answer that is next. Returns whether that was all.
  bool queue(exchange& e);

  // -- streams (http_streams.cpp) --------------------------------------------------

  void begin_stream(exchange& e);
  void stream_events(exchange& e, const call_result& result);
  /// Ends a streamed result with its answer.
  void end_stream(exchange& e, const call_result& result);
  /// Sends what any client ignores: one that is gone answers it with a reset.
  void probe_client();

  route_registry_ptr routes_;
  request_counts_ptr requests_;
  std::string_view scheme_;
  /// Null for a client that has asked for nothing lately.
  std::unique_ptr<incoming_request> incoming_;
  request_rhythm rhythm_;
  client_signs client_;
  http_date date_;
  exchange_queue exchanges_;
  /// No further request is read: the connection is about to close, or streams events.
  bool last_request_ = false;
  /// A scrape has not left. No further request is read: scrapes are long and quickly
  /// asked for, even without a key, so those of a pipeline would fill the memory.
  bool scraping_ = false;
  /// What the client speaks: others ask on their threads.
  std::atomic<caller_kind> speaks_ = caller_kind::http;
  /// Set after an upgrade: it has the connection then.
  std::unique_ptr<front::websocket::websocket_client> socket_;
};

} // namespace troupe::front::http
