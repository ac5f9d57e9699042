#pragma once

#include "actors/interfaces/directory.hpp"
#include "actors/loop/loop.hpp"
#include "actors/loop/unique_fd.hpp"
#include "protocol/base/limits.hpp"

#include <spdlog/logger.h>

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace troupe::front {

/// What connections of a front work with; outlives them.
struct front_context {
  troupe::directory* directory = nullptr;
  /// Of the node's actors.
  caf::actor_system* system = nullptr;
  std::shared_ptr<spdlog::logger> log;
  /// Bytes of the largest request: that of the pool that takes most, and its envelope.
  /// It grows when such a pool comes to a running node.
  std::atomic<size_t> max_request{0};
  std::string api_key;
  /// Bytes of answers that wait for a client when another makes it be let go.
  size_t backlog_most = limits::client_backlog_most;
  /// Clients that were let go because they did not read their answers.
  mutable std::atomic<uint64_t> clients_let_go{0};
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
  connection(loop::event_loop& loop, loop::unique_fd socket, front_context_ptr context);

  /// Begins to read.
  void start();

  /// Keeps `place` until it is closed: one of those that a front has for its clients.
  void hold(std::shared_ptr<void> place) { place_ = std::move(place); }

  void settle(uint64_t tag, call_result result) final;
  void chunk(uint64_t tag, shared_bytes payload, std::shared_ptr<stream_flow> flow) final;
  bool is_behind() const noexcept final { return behind_; }
  void flush() final;

  /// Looks for what is due on it; called about every `limits::connection_check`.
  void check(steady_clock::time_point now);

  /// Closes it now and cancels what it has open.
  void close();

  /// Takes no more requests and closes it once everything owed is written.
  virtual void finish() { close_after_output(); }

  bool is_open() const noexcept { return socket_.is_open(); }

protected:
  /// What a loop finds at the end of the turn that brought outcomes from other threads.
  struct arrival {
    uint64_t tag;
    std::variant<call_result, shared_bytes> what;
    /// Of a part of a streamed result.
    std::shared_ptr<stream_flow> flow;
  };

  // -- for the protocol on top ---------------------------------------------------

  /// Takes bytes the client sent.
  virtual void on_bytes(std::string_view bytes) = 0;
  /// Takes the outcome of one of its calls.
  virtual void on_outcome(uint64_t tag, call_result& result) = 0;
  /// Takes a part of a streamed result.
  virtual void on_chunk(uint64_t tag, const shared_bytes& payload) = 0;
  /// The client will send nothing more, but may still read.
  virtual void on_end_of_input() = 0;
  /// Looks for what is due; see `check`.
  virtual void on_check(steady_clock::time_point /*now*/) {}
  /// There was no memory for what was just begun: that request fails, not the node.
  virtual void on_out_of_memory() { close(); }
  /// Whether the client may be in the middle of sending when it is owed nothing more.
  virtual bool is_sending() const { return false; }
  /// All that was queued for the client has left.
  virtual void on_output_drained() {}
  /// Whether a part that comes for the call `tag` goes out now, and not after other
  /// answers.
  virtual bool is_next(uint64_t /*tag*/) const { return true; }
  /// Bytes of answers that cannot go out before others.
  virtual size_t held_output() const { return 0; }
  /// Whether it owes answers.
  virtual bool has_open_calls() const = 0;
  /// Whether it may read more now; asked again when an answer has left.
  virtual bool wants_input() const = 0;

  /// Bytes for the client: append, then `send`.
  std::string& out() noexcept { return out_; }
  const std::string& out() const noexcept { return out_; }
  void send();
  /// Closes it once everything owed is written.
  void close_after_output();
  /// The call `tag` is next now: its parts are as good as sent.
  void release_parts(uint64_t tag);

  /// Hands `c` to whom `to` names with everything else of this read. Returns who that is,
  /// or why it is nobody.
  std::variant<callee_actor, fault> submit(std::string_view to, call c, uint64_t tag);
  /// Hands one call to `who` at once, outside of a read.
  void submit_now(const callee_actor& who, call c, uint64_t tag);
  void cancel(const callee_actor& who, uint64_t tag);

  /// Bytes that the client was ever sent.
  uint64_t written() const noexcept { return written_; }
  /// Whether the client will send nothing more.
  bool has_ended_input() const noexcept { return input_ended_; }
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
  void hand_over();
  void end_of_input();
  /// Tells the streams that what they sent is through.
  void drain_flows();
  void receive(arrival a);
  void take_chunk(arrival& a);
  void take_arrivals();
  /// Bytes for the client that the socket has not taken.
  size_t unsent() const noexcept { return out_.size() - sent_; }
  /// Forgets what the socket has taken.
  void drop_sent();
  /// Notes whether the client is behind, and tells who holds its calls when it is not
  /// any more.
  void measure();
  /// Has the log know of a client that takes nothing for long, once.
  void tell_if_stuck(steady_clock::time_point now);
  /// Closes the connection of a client that does not read.
  void let_go(size_t bytes);
  size_t most_backlog() const;

  loop::event_loop& loop_;
  loop::descriptor socket_;
  front_context_ptr context_;
  std::string out_;
  /// Bytes at the beginning of `out_` that have left.
  size_t sent_ = 0;
  /// Whether it has too much to read. Set also by threads that bring outcomes.
  std::atomic<bool> behind_{false};
  /// Set while too much waits in `out_`: when the client last took some of it, and
  /// whether the log knows that it takes nothing.
  bool slow_ = false;
  steady_clock::time_point took_;
  bool stuck_told_ = false;
  /// What was read, but not handled yet. While there is some, nothing more is read.
  std::string unread_;
  bool going_on_ = false;
  bool input_ended_ = false;
  bool closing_ = false;
  bool waiting_to_write_ = false;
  /// Since when it waits for the client to stop sending, and what came since.
  std::optional<steady_clock::time_point> lingering_;
  size_t dropped_ = 0;
  uint64_t written_ = 0;
  std::shared_ptr<void> place_;

  /// The calls of the present read, by whom they are for.
  std::vector<std::pair<callee_actor, submissions>> batches_;
  std::shared_ptr<const directory::table> table_;
  /// Everybody who may hold calls of this connection, for when it closes.
  std::vector<callee_actor> callees_;

  /// Streams with parts in `out_`, and how many bytes each.
  using flows = std::vector<std::pair<std::shared_ptr<stream_flow>, size_t>>;
  flows flowing_;
  /// By tag: streams with parts that wait for other answers.
  std::map<uint64_t, flows> held_flows_;

  std::mutex mutex_;
  std::vector<arrival> arrivals_;
  /// Bytes in `arrivals_`.
  size_t arrived_ = 0;
};

} // namespace troupe::front
