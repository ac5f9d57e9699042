#pragma once

#include "broker/client/client.hpp"
#include "broker/top/model.hpp"
#include "protocol/base/result.hpp"

#include <functional>
#include <memory>
#include <optional>

namespace troupe::top {

/// Puts questions to the node on a thread of its own, one at a time, so that a node that
/// does not answer keeps nobody waiting.
class asker {
public:
  /// Connects to the node; called on the asker's thread, again after each failure.
  using connector = std::function<result<client::client_ptr>()>;

  struct reply {
    question asked;
    call_result result;
  };

  /// @param on_reply Is called on the asker's thread when there is a reply to take.
  /// @param connected Where there is a connection already; may be null.
  asker(connector connect, std::function<void()> on_reply,
        client::client_ptr connected = nullptr);

  /// Leaves the thread behind if it waits for the node: the program is to exit then.
  ~asker();
  asker(const asker&) = delete;
  asker& operator=(const asker&) = delete;

  /// @pre Not busy.
  void ask(question q);

  /// Returns whether a question was asked whose reply was not taken.
  bool is_busy() const;

  std::optional<reply> take();

private:
  struct shared;
  static void run(const std::shared_ptr<shared>& s);

  std::shared_ptr<shared> shared_;
};

} // namespace troupe::top
