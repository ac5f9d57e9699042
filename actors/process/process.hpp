#pragma once

#include "actors/interfaces.hpp"
#include "actors/loop/loop.hpp"
#include "actors/process/child.hpp"
#include "actors/process/spawner.hpp"

namespace troupe {

/// A child process on a loop: its pipes and its pidfd. Reads at once what the child
/// writes and sends it to the worker; writes what the worker queued without ever waiting;
/// reaps the child when it ends. It keeps itself alive until then.
class process : public child,
                public flushable,
                public std::enable_shared_from_this<process> {
public:
  process(loop& home, spawner& s, spawned_process p, worker_actor owner);

  /// Begins to read. Call once.
  void start();

  pid_t pid() const override { return pid_; }
  std::string& outbox() override { return outbox_; }
  void commit() override;
  void close_input() override;
  void read_output(bool on) override { output_.want(on ? EPOLLIN : 0U); }
  void signal(int number) override;
  void flush() override;

private:
  /// Sends a piece of one of the two streams to the worker.
  using forward = void (process::*)(slice);

  void send_output(slice bytes);
  void send_errors(slice bytes);
  void read_when_ready(descriptor& from, forward to);
  /// Reads once; returns false when there is nothing to read now or ever again.
  bool read_some(descriptor& from, forward to);
  void drain(descriptor& from, forward to);
  void write_when_ready();
  void await_exit();

  loop& home_;
  spawner& spawner_;
  pid_t pid_;
  descriptor input_;
  descriptor output_;
  descriptor errors_;
  descriptor exit_;
  worker_actor owner_;
  std::string outbox_;
  bool closing_input_ = false;
  bool waiting_to_write_ = false;
  bool input_watched_ = false;
  bool reaped_ = false;
};

} // namespace troupe
