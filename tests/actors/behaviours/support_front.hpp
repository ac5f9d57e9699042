#pragma once

#include "actors/interfaces/behaviour_registry.hpp"
#include "tests/actors/fixture.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace troupe::testing {

/// What a front has its host do.
struct host_record {
  struct made {
    pool_call what;
    caf::typed_response_promise<outcome> answer;
  };
  /// The calls to pools, in their order.
  std::vector<made> calls;
  std::vector<std::function<void()>> todo;
};

/// A real front between callers and a stand-in for its host, which plays all pools.
struct front_fixture : fixture {
  ~front_fixture();

  /// Starts the front `front.0` of pool `front`, before the pool `behind`.
  void start(const behaviour_kind& kind, std::string_view options);

  /// Calls it. What comes of the call is in `sink`, under its id.
  void call(uint64_t id, std::string payload = "1", std::string kind = "k",
            milliseconds left = 10s);
  /// The same with a call that has more in it.
  void call(behaviour_call c);
  behaviour_call make_call(uint64_t id, std::string payload = "1", std::string kind = "k",
                           milliseconds left = 10s);
  /// Returns what makes this call one whose caller wants parts.
  chunk_stream streaming(uint64_t id) const { return {host_actor_, ticket_id{id}}; }
  /// The caller of this call has left.
  void cancel(uint64_t id);

  /// The pool answers the call with this index.
  void answers(size_t i, std::string result);
  void fails(size_t i, fault why);
  /// The pools of the calls so far, e.g. `behind behind`.
  std::string called() const;
  /// Returns what the front has counted, as JSON.
  std::string counts();

  std::string behind = "behind";
  std::shared_ptr<host_record> host = std::make_shared<host_record>();
  std::shared_ptr<recording_sink> sink = std::make_shared<recording_sink>();

private:
  void on_host(std::function<void()> what);

  behaviour_host_actor host_actor_;
  std::optional<spawned_behaviour> front_;
};

/// Returns what is wrong with options, an entry as `key: message`.
std::vector<std::string> mistakes_of(const behaviour_kind& kind,
                                     std::string_view options);

/// Returns whether exactly one thing is wrong, and its entry contains both texts.
bool is_wrong(const behaviour_kind& kind, std::string_view options, std::string_view key,
              std::string_view part);

} // namespace troupe::testing
