#pragma once

#include "actors/directory.hpp"
#include "actors/loop/loop.hpp"
#include "actors/process/unique_fd.hpp"

#include <spdlog/logger.h>

#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace troupe {

/// What connections of a front work with; outlives them.
struct front_context {
  troupe::directory* directory = nullptr;
  std::shared_ptr<spdlog::logger> log;
  /// Bytes of the largest request: that of the pool that takes most, and its envelope.
  /// It grows when such a pool comes to a running node.
  std::atomic<size_t> max_request{0};
  std::string api_key;
};

using front_context_ptr = std::shared_ptr<const front_context>;

/// A client's stream socket on a loop: reads, hands calls to their pools one message per
/// pool and read, and writes what is owed at the end of a turn. Outcomes may come from
/// any thread; everything else is for the loop's own.
///
/// It keeps itself alive while it is open.
class connection : public reply_sink,
                   public flushable,
                   public std::enable_shared_from_this<connection> {
public:
  connection(loop& home, unique_fd socket, front_context_ptr context);

  /// Begins to read.
  void start();

  void settle(uint64_t tag, call_result result) final;
  void chunk(uint64_t tag, slice payload, std::shared_ptr<stream_flow> flow) final;
  void flush() final;

  /// Looks for what is due on it; called about every `limits::connection_check`.
  virtual void on_check(steady_clock::time_point /*now*/) {}

  /// Closes it now and cancels what it has open.
  void close();

  /// Takes no more requests and closes it once everything owed is written.
  void finish() { close_after_output(); }

  bool is_open() const noexcept { return socket_.is_open(); }

protected:
  /// What a loop finds at the end of the turn that brought outcomes from other threads.
  struct arrival {
    uint64_t tag;
    std::variant<call_result, slice> what;
    /// Of a part of a streamed result.
    std::shared_ptr<stream_flow> flow;
  };

  // -- for the protocol on top ---------------------------------------------------

  /// Takes bytes the client sent.
  virtual void on_bytes(std::string_view bytes) = 0;
  /// Takes the outcome of one of its calls.
  virtual void on_outcome(uint64_t tag, call_result& result) = 0;
  /// Takes a part of a streamed result.
  virtual void on_chunk(uint64_t tag, const slice& payload) = 0;
  /// The client will send nothing more, but may still read.
  virtual void on_end_of_input() = 0;
  /// All that was queued for the client has left.
  virtual void on_output_drained() {}
  /// Whether it owes answers.
  virtual bool has_open_calls() const = 0;
  /// Whether it may read more now; asked again when an answer has left.
  virtual bool wants_input() const = 0;

  /// Bytes for the client: append, then `send`.
  std::string& out() noexcept { return out_; }
  void send();
  /// Closes it once everything owed is written.
  void close_after_output();
  /// Returns whether the client takes what it is sent.
  bool is_congested() const noexcept { return out_.size() >= limits::client_backlog; }

  /// Hands `c` to whom `to` names with everything else of this read. Returns who that is,
  /// or why it is nobody.
  std::variant<callee_actor, fault> submit(std::string_view to, call c, uint64_t tag);
  /// Hands one call to `who` at once, outside of a read.
  void submit_now(const callee_actor& who, call c, uint64_t tag);
  void cancel(const callee_actor& who, uint64_t tag);

  const front_context& context() const noexcept { return *context_; }

private:
  void on_ready(uint32_t events);
  void read();
  /// Handles what was read for as long as a turn allows; the rest is kept.
  void take_in(std::string_view bytes);
  /// Goes on with what is kept.
  void go_on();
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

  loop& home_;
  descriptor socket_;
  front_context_ptr context_;
  std::string out_;
  /// What was read, but not handled yet. While there is some, nothing more is read.
  std::string unread_;
  bool going_on_ = false;
  bool input_ended_ = false;
  bool closing_ = false;
  bool waiting_to_write_ = false;

  /// The calls of the present read, by whom they are for.
  std::vector<std::pair<callee_actor, submissions>> batches_;
  std::shared_ptr<const directory::table> table_;
  /// Everybody who may hold calls of this connection, for when it closes.
  std::vector<callee_actor> callees_;

  /// Streams with parts in `out_`, and how many bytes each.
  std::vector<std::pair<std::shared_ptr<stream_flow>, size_t>> flowing_;

  std::mutex mutex_;
  std::vector<arrival> arrivals_;
};

} // namespace troupe
