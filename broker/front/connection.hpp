#pragma once

#include "actors/interfaces/directory.hpp"
#include "actors/interfaces/log_record.hpp"
#include "actors/loop/loop.hpp"
#include "actors/loop/unique_fd.hpp"
#include "broker/front/arrivals.hpp"
#include "broker/front/call_batches.hpp"
#include "broker/front/callee_set.hpp"
#include "broker/front/client_limit.hpp"
#include "broker/front/client_socket.hpp"
#include "broker/front/lingering.hpp"
#include "broker/front/output_backlog.hpp"
#include "broker/front/output_buffer.hpp"
#include "broker/front/page_origins.hpp"
#include "broker/front/part_flows.hpp"
#include "broker/front/pending_input.hpp"
#include "protocol/base/limits.hpp"
#include "protocol/base/rare.hpp"
#include "protocol/base/result.hpp"

#include <spdlog/logger.h>

#include <atomic>
#include <functional>
#include <memory>
#include <new>
#include <optional>
#include <string>

namespace troupe::front {

/// The resources of the connections of a front; outlives them.
struct front_context {
  troupe::directory* directory = nullptr;
  /// Of the node's actors.
  caf::actor_system* system = nullptr;
  /// Answers scrapes. Set before clients come.
  callee_actor metrics;
  std::shared_ptr<spdlog::logger> log;
  /// Bytes of the largest request: that of the pool that takes most, and its envelope.
  /// It grows when such a pool comes to a running node.
  std::atomic<size_t> max_request{0};
  std::string api_key;
  /// Bytes of answers that wait for a client when another makes it be let go.
  size_t backlog_most = limits::client_backlog_most;
  /// Clients that were let go because they did not read their answers.
  mutable std::atomic<uint64_t> clients_let_go{0};
  /// Enough for routes that change nothing; empty for none.
  std::string view_key;
  /// The pages that may open WebSockets.
  page_origins origins{{}, own_host::any};
  /// What the connections of each loop have read.
  std::shared_ptr<loop_batches> calls = std::make_shared<loop_batches>();
};

using front_context_ptr = std::shared_ptr<const front_context>;

/// A client's stream socket on a loop: reads, hands calls to their pools one message per
/// pool and read, and writes what is owed at the end of a turn. Outcomes may come from
/// any thread; everything else is for the loop's own.
///
/// It keeps itself alive while it is open.
class connection : public reply_sink,
                   public loop::flushable,
                   public std::enable_shared_from_this<connection> {
public:
  /// @param with If set, the client must speak TLS.
  connection(loop::event_loop& loop, loop::unique_fd socket, front_context_ptr context,
             tls::context::ptr with = nullptr);

  /// Begins to read.
  void start();

  /// Keeps `place` until it is closed: one of those that a front has for its clients.
  void hold(client_permit place) { place_ = std::move(place); }

  /// Has its bytes counted from now on.
  void count_in(std::shared_ptr<front_counts> counts) {
    socket_.count_in(std::move(counts));
  }

  void settle(tag_id tag, call_result result) final;
  void chunk(tag_id tag, shared_bytes payload, std::shared_ptr<stream_flow> flow) final;
  bool is_behind() const noexcept final { return backlog_.is_behind(); }
  void flush() final;

  /// Looks for what is due on it; called about every `limits::connection_check`.
  void check(steady_clock::time_point now);

  /// Closes it now and cancels what it has open.
  void close();

  /// Takes no more requests and closes it once everything owed is written.
  virtual void finish() { close_after_output(); }

  bool is_open() const noexcept { return socket_.is_open(); }

protected:
  // -- for the protocol on top ---------------------------------------------------

  /// Takes bytes the client sent.
  virtual void on_bytes(std::string_view bytes) = 0;
  /// What its calls count as.
  virtual front_kind front() const = 0;
  /// Takes the outcome of one of its calls.
  virtual void on_outcome(tag_id tag, call_result& result) = 0;
  /// Takes a part of a streamed result.
  virtual void on_chunk(tag_id tag, const shared_bytes& payload) = 0;
  /// The client will send nothing more, but may still read.
  virtual void on_end_of_input() = 0;
  /// The client was to speak TLS, and what it sent is something else. It can be told in
  /// the clear.
  virtual void on_missing_tls() { close(); }
  /// Looks for what is due; see `check`.
  virtual void on_check(steady_clock::time_point /*now*/) {}
  /// There was no memory for what was just begun: that request fails, not the node.
  virtual void on_out_of_memory() { close(); }
  /// Whether the client may be in the middle of sending when it is owed nothing more.
  virtual bool is_sending() const { return false; }
  /// All that was queued for the client has left.
  virtual void on_output_drained() {}
  /// It was closed a moment ago: lets go of what is for the loop's thread only. Whoever
  /// answers one of its calls may be the last to hold it, on another thread.
  virtual void on_closed() {}
  /// Whether a part that comes for the call `tag` goes out now, and not after other
  /// answers.
  virtual bool is_next(tag_id /*tag*/) const { return true; }
  /// Bytes of answers that cannot go out before others.
  virtual size_t held_output() const { return 0; }
  /// Whether it owes answers.
  virtual bool has_open_calls() const = 0;
  /// Whether it may read more now; asked again when an answer has left.
  virtual bool wants_input() const = 0;

  /// Bytes for the client: append, then `send`.
  std::string& out() noexcept { return output_.text(); }
  const std::string& out() const noexcept { return output_.text(); }
  void send();
  /// Frees the memory that an idle client's answers leave behind.
  void shrink_output() { output_.shrink(); }
  /// Closes it once everything owed is written.
  void close_after_output();
  /// Sends `bytes` of a file from `offset` on, as far as there is room now; the rest is
  /// for the next `on_output_drained`. Returns how many have left, or nothing if the file
  /// ends before that, or the client is gone. @pre All before has left.
  std::optional<uint64_t> send_file(int file, uint64_t offset, uint64_t bytes);
  /// The call `tag` is next now: its parts are as good as sent.
  void release_parts(tag_id tag);

  /// Hands `c`, with the other calls of this iteration, to the callee that `to` names.
  /// Returns that callee, or why there is none.
  result<callee_actor> submit(std::string_view to, call c, tag_id tag);
  /// Hands one call to `who` at once, outside of a read.
  void submit_now(const callee_actor& who, call c, tag_id tag);
  void cancel(const callee_actor& who, tag_id tag);
  /// Returns what cancels the call from any thread, for as long as it is open.
  std::function<void()> canceller(callee_actor who, tag_id tag);

  /// Bytes that the client was ever sent.
  uint64_t written() const noexcept { return output_.written(); }
  /// Returns the IP address of the client; empty for one without.
  std::string peer_address() const;
  /// Whether the client will send nothing more.
  bool has_ended_input() const noexcept { return input_.has_ended(); }
  /// Runs `work` later on the loop, if it is still open then.
  void run_after(std::chrono::milliseconds delay, std::function<void()> work);

  const front_context& context() const noexcept { return *context_; }

private:
  void on_ready(uint32_t events);
  void read();
  /// Handles what was read for as long as a turn allows; the rest is kept.
  void take_in(std::string_view bytes);
  /// Goes on with what is kept.
  void go_on();
  /// Runs `work`; where it finds no memory, only this connection suffers.
  template <class Work>
  void guarded(Work&& work);
  /// Ends it as gently as the client needs: closed with unread input, a socket takes back
  /// what the client has not read.
  void end();
  void drop_input();
  /// Watches for what it can use: input unless it has too much to do, room for output if
  /// it waits for that. A client that is gone is noticed in any case.
  void update_interest();
  /// Sends the calls of this iteration now: what is about to be sent must come later.
  void hand_over();
  void end_of_input();
  /// Handles the end of the client's input, once everything before is handled.
  void end_input_if_due();
  bool is_on_loop() const { return loop::event_loop::current() == &loop_; }
  void take_outcome(tag_id tag, call_result& result);
  void take_chunk(arrival a);
  /// Hands what came on another thread to the loop.
  void pass_on(arrival a);
  /// Lets go of a client that has left too much unread.
  void check_backlog();
  void take_earlier_arrivals();
  void take_arrivals();
  /// Bytes for the client that the socket has not taken.
  size_t unsent() const noexcept { return output_.unsent().size(); }
  /// Notes whether the client is behind, and tells who holds its calls when it is not
  /// any more.
  void measure();
  /// Has the log know of a client that takes nothing for long, once.
  void tell_if_stuck(steady_clock::time_point now);
  /// Closes the connection of a client that does not read.
  void let_go(size_t bytes);
  size_t most_backlog() const;

  loop::event_loop& loop_;
  client_socket socket_;
  front_context_ptr context_;
  pending_input input_;
  output_buffer output_;
  output_backlog backlog_;
  /// Of a client that was sent parts of a result.
  rare<part_flows> flows_;
  /// Of its loop.
  std::shared_ptr<call_batches> calls_;
  callee_set callees_;
  arrivals arrivals_;
  /// Closes once everything owed is written.
  bool closing_ = false;
  lingering linger_;
  client_permit place_;
};

template <class Work>
void connection::guarded(Work&& work) {
  try {
    work();
    return;
  } catch (const std::bad_alloc&) {
  }
  try {
    write_log(*context_->log, spdlog::level::err, {.event = "no_memory"},
              "no memory for a client's request: it fails");
    on_out_of_memory();
  } catch (const std::bad_alloc&) {
    close();
  }
}

} // namespace troupe::front
