#pragma once

#include <map>
#include <string>

/// What a puppet is told by its command line.
struct options {
  /// Answers `hello` with nothing.
  bool no_ready = false;
  /// Does not dial the node's socket.
  bool no_dial = false;
  /// What it says in `ready`.
  int protocol = 1;
  /// Ends with this status before anything else; -1: does not.
  int exit_at_start = -1;
  /// What it announces; 0: nothing.
  int window = 0;
  /// Announces that it understands `cancel`.
  bool cancel = false;
  /// Answers after a random time, some twice, some only after the deadline.
  bool random = false;
  /// Ignores every friendly way to end it.
  bool stubborn = false;
  /// Ends at once with status 1 unless this file exists.
  std::string needs;
  /// How `delays` calls it.
  std::string name;
  /// By the name of the worker: how long each call takes at least.
  std::map<std::string, int> delays;
};

/// Reads the command line. Flags it does not know are passed over.
options read_arguments(int argc, char** argv);
