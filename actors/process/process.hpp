#pragma once

#include "actors/interfaces.hpp"
#include "actors/loop/loop.hpp"
#include "actors/process/child.hpp"
#include "actors/process/listener.hpp"
#include "actors/process/message_heads.hpp"
#include "actors/process/spawner.hpp"

#include <optional>

namespace troupe {

/// A child process on a loop: what it talks through, its log and its pidfd. Reads at once
/// what the child writes and sends it to the worker; writes what the worker queued without
/// ever waiting; reaps the child when it ends. It keeps itself alive until then.
class process : public child,
                public flushable,
                public std::enable_shared_from_this<process> {
public:
  /// @param door Where the child dials in; nothing for one that need not.
  process(loop& home, spawner& s, spawned_process p, bool whole_heads,
          std::optional<listener> door, worker_actor owner);

  /// Begins to read. Call once.
  void start();

  pid_t pid() const override { return pid_; }
  bool connected() const override { return !door_; }
  std::string& outbox() override { return outbox_; }
  void commit() override;
  void close_input() override;
  void read_output(bool on) override { output_.want(on ? EPOLLIN : 0U); }
  void report_writes(bool on) override { reports_writes_ = on; }
  uint64_t lost_input() const override { return lost_input_; }
  void resize(uint16_t rows, uint16_t columns) override;
  void signal(int number) override;
  void flush() override;

private:
  /// Sends a piece of what the child wrote to the worker.
  using forward = void (process::*)(slice);

  void send_output(slice bytes);
  void send_control(slice bytes);
  void send_log(slice bytes);
  /// Talks through `socket`, both ways.
  void talk_through(unique_fd socket);
  void await_connection();
  void read_when_ready(descriptor& from, forward to);
  /// Reads once; returns false when there is nothing to read now or ever again.
  bool read_some(descriptor& from, forward to);
  void drain(descriptor& from, forward to);
  size_t next_write(size_t done) const;
  void write_when_ready();
  void end_input();
  void await_exit();

  loop& home_;
  spawner& spawner_;
  pid_t pid_;
  /// Where the outbox goes.
  descriptor input_;
  /// What it says to the node.
  descriptor output_;
  descriptor control_;
  descriptor errors_;
  /// Its stdout, where it does not talk through that.
  descriptor chatter_;
  descriptor waiting_;
  descriptor exit_;
  /// There while nobody has dialled in.
  std::optional<listener> door_;
  worker_actor owner_;
  std::string outbox_;
  uint64_t lost_input_ = 0;
  std::optional<message_heads> heads_;
  bool is_socket_ = false;
  /// It is on a terminal: several reads make one piece.
  bool gathers_;
  bool closing_input_ = false;
  bool waiting_to_write_ = false;
  bool reports_writes_ = false;
  bool input_watched_ = false;
  bool reaped_ = false;
};

} // namespace troupe
