#pragma once

#include "actors/interfaces/callee_actor.hpp"
#include "actors/public/calls.hpp"

#include <map>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

namespace troupe {

/// The calls that a program has at its node, and whoever waits for them. Thread-safe.
class call_desk final : public reply_sink {
public:
  /// @param threw Is told what a handler has thrown.
  explicit call_desk(std::function<void(const char*)> threw)
    : threw_(std::move(threw)) {}

  /// Takes in a call for `callee`. Fails once the desk is closed.
  /// @param on_answer Is called once, unless this fails.
  result<tag_id> enter(callee_actor callee, answer_handler on_answer,
                       part_handler on_part);

  /// Returns who has the call; null if it has ended.
  callee_actor callee_of(tag_id tag) const;

  /// Ends all calls with `why`, and takes in no more. Ends that come later are dropped. A
  /// call whose part is being handled ends after that.
  void close(const fault& why);

  /// Whether the calling thread is in a handler.
  bool is_in_handler() const;

  void settle(tag_id tag, call_result r) override;
  void chunk(tag_id tag, shared_bytes payload,
             std::shared_ptr<stream_flow> flow) override;

private:
  struct open_call {
    callee_actor callee;
    answer_handler on_answer;
    std::shared_ptr<const part_handler> on_part;
    /// Handlers of a part that run now. Where a pool is on several loops, parts come from
    /// another thread than the end, which waits for them.
    size_t parts_in_hand = 0;
    /// How it has ended, for the last of them.
    std::optional<call_result> end = {};
  };

  template <class F>
  void handle(F call_handler);
  void answer(const answer_handler& on_answer, call_result r);
  /// Returns who takes a part; null if nobody does any more. `put_part` follows.
  std::shared_ptr<const part_handler> take_part(tag_id tag);
  void put_part(tag_id tag);

  const std::function<void(const char*)> threw_;
  mutable std::mutex mutex_;
  std::map<uint64_t, open_call> open_;
  uint64_t last_ = 0;
  /// Set when the desk is closed.
  std::optional<fault> closed_;
  /// The threads that are in a handler.
  std::vector<std::thread::id> handling_;
};

} // namespace troupe
