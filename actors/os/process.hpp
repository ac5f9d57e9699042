#pragma once

#include "actors/loop/loop.hpp"
#include "actors/os/child_owner.hpp"
#include "actors/os/connector.hpp"
#include "actors/os/large_pipes.hpp"
#include "actors/os/log_follower.hpp"
#include "actors/os/message_heads.hpp"
#include "actors/os/socket_file.hpp"
#include "actors/os/spawner.hpp"
#include "protocol/base/rare.hpp"

#include <memory>
#include <optional>

namespace troupe::os {

/// Further ways to talk to a process.
struct process_ways {
  /// Whether the head of each message must reach a pipe in one write.
  bool whole_heads = false;
  /// How it is connected with; null for one that is from birth.
  std::unique_ptr<connector> acceptor;
  /// Null: its pipes stay as they are.
  std::shared_ptr<large_pipes> pipes;
  /// Of a socket that it opened itself.
  std::optional<socket_file> file;
  /// Of one that may outlive the node, and whether another node started it.
  std::unique_ptr<log_follower> log;
  bool adopted = false;
};

/// A child process on a loop: what it talks through, its log and its pidfd. Reads at once
/// what the child writes and hands it to the owner; writes what the owner queued
/// without ever waiting; reaps the child when it ends. It keeps itself alive until then.
class process : public child,
                public loop::flushable,
                public std::enable_shared_from_this<process> {
public:
  process(loop::event_loop& loop, spawner& s, spawned_process p, process_ways ways,
          child_owner_ptr owner);

  /// Begins to read. Call once.
  void start();

  pid_t pid() const override { return pid_; }
  bool connected() const override { return !ways_.acceptor; }
  std::string& outbox() override { return outbox_; }
  void commit() override;
  void close_input() override;
  void read_output(bool on) override { output_.want(on ? EPOLLIN : 0U); }
  void read_control(bool on) override { control_.want(on ? EPOLLIN : 0U); }
  void read_log(bool on) override {
    errors_.want(on ? EPOLLIN : 0U);
    chatter_.want(on ? EPOLLIN : 0U);
  }
  bool fetch_output() override;
  void took_output() override { --untaken_; }
  void report_writes(bool on) override { reports_writes_ = on; }
  uint64_t lost_input() const override { return lost_input_; }
  void resize(uint16_t rows, uint16_t columns) override;
  bool kernel_echoes() const override;
  void signal(int number) override;
  std::shared_ptr<const detached_process> detached_as() const override {
    return address_;
  }
  void leave() override;
  std::chrono::milliseconds cpu_used() const override { return cpu_used_; }
  /// See `launcher::give_up`.
  void give_up();
  void flush() override;

private:
  /// Hands a piece of what the child wrote to the owner.
  using forward = void (process::*)(shared_bytes);

  void send_output(shared_bytes bytes);
  void send_control(shared_bytes bytes);
  void send_log(shared_bytes bytes);
  /// Talks through `socket`, both ways.
  void talk_through(loop::unique_fd socket);
  void await_connection();
  void read_when_ready(loop::descriptor& from, forward to);
  /// Reads once; returns false when there is nothing to read now or ever again.
  bool read_some(loop::descriptor& from, forward to);
  void drain(loop::descriptor& from, forward to);
  size_t next_write() const;
  /// Writes what the child takes now.
  void write_outbox();
  /// Forgets what was written, if that is worth it.
  void drop_written();
  void lose_input();
  void write_when_ready();
  void end_input();
  void await_exit();
  void on_exit();
  void close();

  loop::event_loop& loop_;
  spawner& spawner_;
  pid_t pid_;
  /// The child's input: the outbox is written to it.
  loop::descriptor input_;
  /// The child's output.
  loop::descriptor output_;
  loop::descriptor control_;
  loop::descriptor errors_;
  /// Its stdout, where it does not talk through that.
  loop::descriptor chatter_;
  loop::descriptor waiting_;
  loop::descriptor exit_;
  /// Of stdio: they grow when large messages come.
  large_pipe input_pipe_;
  large_pipe output_pipe_;
  /// The connector is there while it is not connected.
  process_ways ways_;
  std::shared_ptr<const detached_process> address_;
  child_owner_ptr owner_;
  std::string outbox_;
  /// Bytes at the beginning of `outbox_` that were written.
  size_t written_ = 0;
  uint64_t lost_input_ = 0;
  std::chrono::milliseconds cpu_used_{0};
  /// Pieces of output that the owner got and has not handled yet.
  uint64_t untaken_ = 0;
  /// Of one whose messages' heads must not be cut.
  rare<message_heads> heads_;
  bool is_socket_ = false;
  /// True for a child on a terminal: several reads make one piece.
  bool gathers_;
  bool closing_input_ = false;
  bool waiting_to_write_ = false;
  bool reports_writes_ = false;
  bool input_watched_ = false;
  /// The child has ended, or was left running.
  bool gone_ = false;
};

} // namespace troupe::os
