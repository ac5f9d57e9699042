#pragma once

#include "actors/os/program_start.hpp"
#include "actors/os/spawner.hpp"

#include <sys/resource.h>

#include <cstdint>
#include <string>

namespace troupe::os {

/// The steps of a child between its birth and its program: a value for each system call
/// whose failure is reported.
enum class birth_step : uint8_t {
  none,
  close_range,
  setsid,
  set_terminal,
  dup2,
  setrlimit,
  setuid,
  prctl,
  getppid,
  enter_folder,
  exec,
  count_,
};

/// The data of a child between its birth and its program. The child shares the node's
/// memory (but not its thread) during that time, so it only reads this and writes the
/// results; it must not allocate or lock.
struct birth {
  const spawn_spec* spec;
  program_start* program;
  /// These become its descriptors 0, 1, 2 and, from 3 on, `sockets`. All are above 10.
  int input;
  int output;
  int errors;
  const int* sockets;
  int socket_count;
  /// The highest of all these.
  int highest;
  /// The process that the child must not outlive, unless its spec says so.
  pid_t node;
  /// The limit on open files that it gets.
  rlimit files;
  // Results: the step that failed, and its error.
  birth_step failed_step = birth_step::none;
  int error = 0;
};

/// Makes the process; returns after it became its program, or has ended since a step
/// failed. Returns its pid and sets `pidfd`, or returns -1 and sets errno.
pid_t give_birth(birth& b, int& pidfd);

/// Returns why a child did not become its program, for a person.
/// @pre A step failed.
std::string explain(const birth& b);

} // namespace troupe::os
