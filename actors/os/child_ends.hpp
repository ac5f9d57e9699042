#pragma once

#include "actors/os/spawner.hpp"

#include <string>
#include <vector>

namespace troupe::os {

/// The two ends of one pipe.
struct pipe_ends {
  loop::unique_fd read;
  loop::unique_fd write;
};

/// The descriptors between the node and a child that is about to be: the node's ends and
/// the child's. None of the child's is below 11, so that none is in the place of another.
struct child_ends {
  /// The child reads it as stdin.
  pipe_ends input;
  pipe_ends output;
  /// Empty where stderr goes the way of stdout.
  pipe_ends errors;
  /// The node's ends of the sockets that the child inherits, and the child's.
  std::vector<loop::unique_fd> sockets;
  std::vector<loop::unique_fd> inherited;

  /// Returns what becomes stderr of the child.
  const loop::unique_fd& child_errors() const {
    return errors.write ? errors.write : output.write;
  }
};

/// Makes what `spec` asks for; the reason of a failure is for a person. On a terminal the
/// child's end is that of `input`, and `output.write` is not open.
result<child_ends, std::string> make_child_ends(const spawn_spec& spec);

/// Hands the node's ends over to what runs the child: they never block from now on.
/// Closes those of the child.
spawned_process take_ends(child_ends ends, pid_t pid, loop::unique_fd exit);

} // namespace troupe::os
