#pragma once

#include "actors/behaviours/host.hpp"
#include "actors/interfaces/directory.hpp"
#include "tests/actors/fixture.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace troupe::testing {

/// What the behaviour of a test was given, and what it does with it.
struct behaviour_record {
  using self_pointer = cancellable_behaviour_self<>*;

  std::vector<behaviour_call> calls;
  std::vector<uint64_t> cancelled;
  behaviour_context context;
  /// The actor; valid while it lives.
  self_pointer self = nullptr;
  /// Answers a call; the default keeps it open.
  std::function<caf::result<outcome>(self_pointer, behaviour_call&)> answer;
  std::vector<caf::typed_response_promise<outcome>> open;
  /// What `chunks.send` was answered with.
  size_t room = 0;
  size_t refused = 0;
};

/// A real HOST with a behaviour of the test's, and stand-ins for the rest. The test plays
/// the broker.
struct behaviour_fixture : fixture {
  behaviour_fixture() {
    pool.behaviour.name = "tested";
    pool.command.clear();
    pool.recycle.jitter = 0;
    pool.stop_timeout = 2s;
  }

  ~behaviour_fixture() {
    actor = nullptr;
    names.set({});
    *what = {};
  }

  void start();
  /// Gives it a call, whose outcome is in `sink` under the ticket.
  void give(uint64_t ticket, const std::string& payload = "1",
            const reply_sink_ptr& stream = nullptr);
  /// Counted in `released` when its slot is free.
  void cancel(uint64_t ticket, milliseconds left = 0ms);
  worker_status status() {
    auto asked = ask(actor, atom::status_v);
    return answer_of<worker_status>(asked);
  }
  /// The behaviour answers the oldest call that is open.
  void answers(outcome result);

  bool takes_cancel = false;
  behaviour_place place = behaviour_place::either;
  std::shared_ptr<behaviour_record> what = std::make_shared<behaviour_record>();
  directory names{"n"};
  std::shared_ptr<supervisor_record> record = std::make_shared<supervisor_record>();
  behaviours::host_actor actor;
  std::optional<fault> end;
  std::shared_ptr<recording_sink> sink = std::make_shared<recording_sink>();
  std::vector<uint64_t> released;
};

} // namespace troupe::testing
