#pragma once

#include "actors/os/guardian.hpp"
#include "actors/os/launcher.hpp"
#include "tests/actors/loop/support_loop.hpp"

#include <csignal>
#include <filesystem>
#include <functional>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

/// For tests with real children: a real spawner, guardian and loop.
namespace troupe::testing {

using namespace os;

/// Returns a spec that runs `script` in a shell.
spawn_spec shell(const std::string& script);

/// Waits for `pid`, a process that may be anybody's child, to end (a zombie counts as
/// ended); returns whether it did in `time`.
bool ends_within(pid_t pid, std::chrono::milliseconds time);

/// Forking is safe only while there is one thread: a test that forks checks that it is.
void require_single_thread();

/// Waits for the end of `pid`, a child of the test, and reaps it.
void reap(pid_t pid);

/// A folder in the system's one for temporary files, removed with all that is in it.
struct temporary_folder {
  temporary_folder();
  ~temporary_folder();
  temporary_folder(const temporary_folder&) = delete;
  temporary_folder& operator=(const temporary_folder&) = delete;
  std::filesystem::path path;
};

/// Ends the guardian by closing its pipe, then reaps it: tests leave no process behind.
class owned_guardian {
public:
  explicit owned_guardian(guardian_times times = {})
    : guard_(std::in_place, times) {}
  ~owned_guardian();
  owned_guardian(const owned_guardian&) = delete;
  owned_guardian& operator=(const owned_guardian&) = delete;

  guardian& get() { return *guard_; }

private:
  std::optional<guardian> guard_;
};

/// What a child's owner was sent.
class story {
public:
  /// Waits until `has` is true of it; returns whether it became so.
  bool wait(const std::function<bool(const story&)>& has);
  /// Changes it and wakes those who wait.
  void change(const std::function<void(story&)>& f);

  std::string output;
  std::string errors;
  /// What came over its second channel.
  std::string control;
  /// It has dialled in.
  bool connected = false;
  /// Why there is no child; `code::none` while there is none or one.
  fault failure;
  /// Of the child, once it runs.
  pid_t pid = -1;
  bool output_closed = false;
  std::optional<exit_status> exit;
  /// What was sent after `exited`, of which there should be nothing.
  size_t late = 0;

private:
  std::mutex mutex_;
  std::condition_variable changed_;
};

/// A child and the actor that owns it.
class owned_child {
public:
  owned_child(running_loop& home, const launcher_ptr& starter, spawn_spec spec);
  /// Takes one over.
  owned_child(running_loop& home, const launcher_ptr& starter,
              const detached_process& who, spawn_spec spec);
  /// Drops the handle: a child that still runs is killed.
  ~owned_child();
  owned_child(const owned_child&) = delete;
  owned_child& operator=(const owned_child&) = delete;

  /// Runs `f(child&)` on the loop; returns what it returns.
  template <class F>
  auto with(F f) {
    return home_.run([h = handle_, f] {
      if (!*h)
        throw std::logic_error{"the child has ended"};
      return f(**h);
    });
  }
  pid_t pid() const { return told->pid; }
  void write(const std::string& bytes);
  void close_input();
  void drop();

  bool waits_until(const std::function<bool(const story&)>& has) {
    return told->wait(has);
  }
  /// Waits for its end; returns how it ended.
  exit_status end();
  /// Waits for its end; returns all of its output.
  std::string all_output();

  std::shared_ptr<story> told = std::make_shared<story>();

private:
  void await_birth();

  running_loop& home_;
  /// For the loop's thread only.
  std::shared_ptr<child_ptr> handle_ = std::make_shared<child_ptr>();
};

struct process_fixture {
  // The guardian comes first: it is forked while there are the fewest threads.
  owned_guardian guard;
  spawner processes{guard.get()};
  loop_config cfg;
  caf::actor_system system{cfg};
  running_loop home{system};
  launcher_ptr starter = make_process_launcher(home.home, processes);

  process_fixture() {
    // As the node does: a write to a child that has gone is an error and no more.
    ::signal(SIGPIPE, SIG_IGN);
  }
  ~process_fixture() {
    kids.clear();
    // Owners live until their children are reaped.
    system.await_all_actors_done();
  }

  owned_child& launch(spawn_spec spec);
  owned_child& adopt(const detached_process& who, spawn_spec spec);
  owned_child& launch(const std::string& script) { return launch(shell(script)); }
  /// Returns all that the script writes to stdout, once it has ended.
  std::string output_of(const std::string& script) { return launch(script).all_output(); }

  std::vector<std::unique_ptr<owned_child>> kids;
};

} // namespace troupe::testing
