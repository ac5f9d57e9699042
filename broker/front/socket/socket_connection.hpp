#pragma once

#include "broker/front/connection.hpp"
#include "broker/front/request_rhythm.hpp"
#include "broker/front/socket/open_calls.hpp"
#include "protocol/base/line_splitter.hpp"
#include "protocol/base/rare.hpp"
#include "protocol/wires/envelope.hpp"

#include <set>

namespace troupe::front::socket {

/// A client of the unix socket: lines with calls in, lines with answers out, in any
/// order.
class socket_connection : public connection {
public:
  socket_connection(loop::event_loop& loop, loop::unique_fd socket,
                    front_context_ptr context);

  /// Returns what a client is told that is turned away.
  static std::string refusal(const fault& why);

  call_origin origin() const override { return {caller_kind::socket}; }

protected:
  front_kind front() const override { return front_kind::socket; }
  void on_bytes(std::string_view bytes) override;
  void on_outcome(tag_id tag, call_result& result) override;
  void on_chunk(tag_id tag, const shared_bytes& payload) override;
  void on_end_of_input() override;
  void on_out_of_memory() override;
  void on_output_drained() override;
  void on_check(steady_clock::time_point now) override;
  bool has_open_calls() const override { return calls_.size() > 0; }
  bool wants_input() const override;

private:
  struct open_call {
    shared_bytes request_id;
    bool has_id = false;
    shared_bytes kind;
    callee_actor who;
  };

  void on_line(const shared_bytes& line);
  void on_request(wires::client_request& r);
  void on_cancel(const shared_bytes& request_id);
  void answer(const open_call& c, const call_result& result);
  /// Makes the index of calls by the client's ids, for a client that cancels.
  void index_calls();

  line_splitter lines_;
  open_calls<open_call> calls_;
  request_rhythm rhythm_;
  /// The calls that the client may still cancel, by its id, whose bytes the open call
  /// holds, and by tag. Of one that has cancelled something.
  rare<std::set<std::pair<std::string_view, tag_id>>> by_id_;
};

} // namespace troupe::front::socket
