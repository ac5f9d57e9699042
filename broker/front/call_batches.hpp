#pragma once

#include "actors/interfaces/directory.hpp"

#include <memory>
#include <string_view>
#include <utility>
#include <vector>

namespace troupe::front {

/// The calls of one read of a connection: each callee gets its share as one message.
class call_batches {
public:
  /// Adds `s` to the calls for the callee that `to` names, and returns that callee.
  /// Fails if there is none.
  result<callee_actor> add(const directory& names, std::string_view to, submission&& s);

  /// Sends the calls that were added. A name may mean another callee afterwards.
  void send();

  /// Returns everybody who may hold calls of the connection.
  const std::vector<callee_actor>& callees() const noexcept { return callees_; }
  std::vector<callee_actor> take_callees() { return std::exchange(callees_, {}); }

private:
  std::vector<std::pair<callee_actor, submissions>> batches_;
  /// All names of one read are of one moment.
  std::shared_ptr<const directory::table> table_;
  std::vector<callee_actor> callees_;
};

} // namespace troupe::front
