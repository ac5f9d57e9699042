#pragma once

#include "broker/front/connection.hpp"
#include "broker/front/http/message/pending_request.hpp"
#include "broker/front/request_rhythm.hpp"
#include "broker/front/web/client_origin.hpp"
#include "broker/front/web/web_exchange.hpp"
#include "broker/front/web/web_front.hpp"

#include <memory>
#include <optional>

namespace troupe::front::web {

/// A client of a web front: requests in, pipelined if it likes; answers out in their
/// order. A client that is gone has its calls cancelled; one that only sends no more gets
/// its answers.
class web_connection : public connection, private exchange_host, private http::body_sink {
public:
  web_connection(loop::event_loop& loop, loop::unique_fd socket,
                 front_context_ptr context, web_front_ptr front);
  ~web_connection() override;

  /// Returns what a client is told that is turned away.
  static std::string refusal(const fault& why);

  void finish() override;

  call_origin origin() const override { return {caller_kind::web, front_->config.name}; }

protected:
  front_kind front() const override { return front_kind::web; }
  void on_bytes(std::string_view bytes) override;
  void on_outcome(tag_id tag, call_result& result) override;
  void on_chunk(tag_id tag, const shared_bytes& payload) override;
  void on_end_of_input() override;
  void on_missing_tls() override;
  void on_check(steady_clock::time_point now) override;
  void on_out_of_memory() override;
  void on_output_drained() override;
  bool is_sending() const override { return client_.sending; }
  bool has_open_calls() const override { return !exchanges_.empty(); }
  bool wants_input() const override {
    return has_room() && (!last_request_ || has_open_calls());
  }
  bool is_next(tag_id tag) const override { return exchanges_.is_next(tag); }
  size_t held_output() const override { return exchanges_.held_bytes(); }

private:
  /// The request that is being read.
  struct incoming_request : http::pending_request {
    /// Whoever answers it. Null between two requests.
    std::unique_ptr<web_task> task;
    client_origin from;
    /// Why its body is not taken.
    std::optional<fault> flaw;
  };

  /// Facts about the client.
  struct client_signs {
    /// The other end of the connection.
    std::string address;
    /// Whether it has sent the head of a request.
    bool has_asked = false;
    /// Whether it may still be sending a request that was refused.
    bool sending = false;
    /// When it last sent something, or was last sent something.
    steady_clock::time_point active = steady_clock::now();
    /// Of what it was sent, as of the last look.
    uint64_t seen_written = 0;
  };

  // -- requests --------------------------------------------------------------------

  /// Whether another request may be read: not many are open, and not much waits.
  bool has_room() const;
  /// Takes requests from what has come, with these bytes at the end.
  void parse(std::string_view bytes = {});
  void take_event(http::http_reader::event what);
  /// Finds who answers the request, and decides whether its body is wanted.
  void on_head();
  void take_body(std::string_view bytes) override;
  void begin_exchange();
  web_exchange& add_exchange(std::unique_ptr<web_task> task);
  /// Notes for the log what `e` asks. @pre The head of its request is here.
  void note_request(web_exchange& e) const;
  /// Answers without a task; nothing behind the head is read if that is much.
  void refuse_head(const http::http_refusal& why);
  /// Refuses what the client sends; the connection ends with that.
  void refuse(const http::http_refusal& why);
  void allow_body();
  /// Frees what serves no request that has begun.
  void shrink();
  void check_request(steady_clock::time_point now);
  web_request request() const;

  // -- answers (web_sending.cpp) -----------------------------------------------------

  result<> submit_for(web_exchange& e, std::string_view to, call c) override;
  void submit_for(web_exchange& e, const callee_actor& who, call c) override;
  void cancel_for(web_exchange& e) override;
  std::function<void()> canceller_for(web_exchange& e) override;
  std::string_view date() override { return date_.now(); }
  /// Sends the answers that are complete and next in order, and what there is of one that
  /// is not.
  void send_ready();
  /// Sends the file of the first exchange, as far as there is room. Returns whether all
  /// of it has left.
  bool send_file_of_first();
  /// Removes the first exchange, whose answer is on its way.
  void end_first();
  void tell(web_exchange& e) const;
  void probe_client();

  web_front_ptr front_;
  /// Null for a client that has asked for nothing lately.
  std::unique_ptr<incoming_request> incoming_;
  request_rhythm rhythm_;
  client_signs client_;
  http::http_date date_;
  web_exchanges exchanges_;
  /// No further request is read: the connection is about to close.
  bool last_request_ = false;
  /// Nothing may follow what is written: the client would take it for a part of a stream
  /// that broke.
  bool last_answer_ = false;
};

} // namespace troupe::front::web
