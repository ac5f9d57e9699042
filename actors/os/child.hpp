#pragma once

#include "protocol/base/call.hpp"
#include "protocol/base/result.hpp"

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

namespace troupe::os {

/// A running child process as its owner sees it. Nothing here waits. For the
/// loop's thread only; dropping the last reference kills the process, unless it was left.
class child {
public:
  virtual ~child() = default;

  virtual pid_t pid() const = 0;

  /// Whether there is something to talk through: one that dials in has not yet done so at
  /// first. What is put into the outbox before goes out then.
  virtual bool connected() const { return true; }

  /// Bytes on their way to the child: append one message, then `commit`.
  virtual std::string& outbox() = 0;

  /// Has the outbox written at the end of the turn, and as the child reads on.
  virtual void commit() = 0;

  /// Closes the child's input once the outbox is written.
  virtual void close_input() = 0;

  /// Stops or goes on reading what the child says; it is held up once its pipe is full.
  virtual void read_output(bool /*on*/) {}

  /// The same for its second channel, where it has one, and for its log.
  virtual void read_control(bool /*on*/) {}
  virtual void read_log(bool /*on*/) {}

  /// Reads what the child has said so far, which then comes to the owner as `output`.
  /// Returns whether `output` has come that the owner did not report by `took_output`.
  virtual bool fetch_output() { return false; }

  /// The owner has handled one `output`.
  virtual void took_output() {}

  /// Whether the owner hears `written` each time that bytes of the outbox have reached
  /// the child, or are lost.
  virtual void report_writes(bool /*on*/) {}

  /// Bytes of the outbox that can reach the child no more: it has closed what it reads.
  virtual uint64_t lost_input() const { return 0; }

  /// Changes the size of its terminal, if it has one; it is told by SIGWINCH.
  virtual void resize(uint16_t /*rows*/, uint16_t /*columns*/) {}

  /// Whether it is on a terminal whose kernel echoes what is typed by itself: such an
  /// echo does not show that the program has read anything.
  virtual bool kernel_echoes() const { return false; }

  /// Signals the child's whole process group.
  virtual void signal(int number) = 0;

  /// Returns how it is found again by another node; null for one that ends with this one.
  virtual std::shared_ptr<const detached_process> detached_as() const { return nullptr; }

  /// The node goes, the child stays: hangs up, once what is in the outbox has been
  /// written as far as it can be at once. Its owner hears nothing any more, not even
  /// `ended`. Only for one that may be detached.
  virtual void leave() {}

  /// Returns the CPU time that it has used, with descendants that it waited for, once it
  /// has ended; 0 if that is not known.
  virtual std::chrono::milliseconds cpu_used() const {
    return std::chrono::milliseconds{0};
  }
};

using child_ptr = std::shared_ptr<child>;

/// A child, or why there is none.
using launch_result = result<child_ptr>;

} // namespace troupe::os
