#pragma once

#include "protocol/base/call.hpp"
#include "protocol/base/error.hpp"
#include "protocol/base/ids.hpp"
#include "protocol/base/json_writer.hpp"

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace troupe::behaviours {

/// The answer of the operation `support` while its parts come, in any order. A part that
/// cannot be had is an `error` in its place. For one thread.
class support_bundle {
public:
  /// @param call, deadline Of the call that it answers.
  /// @param events The most of them.
  /// @param finish Called once, with the whole as JSON, when all parts are there.
  support_bundle(ticket_id call, steady_clock::time_point deadline, size_t events,
                 std::function<void(std::string)> finish);

  ticket_id call() const noexcept { return call_; }
  steady_clock::time_point deadline() const noexcept { return deadline_; }

  /// One more part is on its way. Whoever makes the bundle awaits one from the beginning.
  void expect() noexcept { ++missing_; }
  /// A part that was awaited has been added.
  void arrived();

  /// Adds a part, which an operation of this name has answered.
  void add(std::string_view part, std::string_view json);
  void add(std::string_view part, const fault& why);

  /// Notes the pools whose logs are to be asked for, from the answer of `pools`.
  void list_pools(std::string_view pools);
  /// Returns the next of them, or nothing after the last.
  std::optional<std::string> next_pool();
  void add_log(const std::string& pool, std::string_view json);
  void add_log(const std::string& pool, const fault& why);

  /// Adds the events of an answer of `events`, and forgets the oldest where there are too
  /// many. Returns whether there are more.
  bool add_events(std::string_view answer);
  /// The number of the event behind which the next ones are.
  int64_t next_event() const noexcept { return next_event_; }

private:
  std::string text();

  const ticket_id call_;
  const steady_clock::time_point deadline_;
  const size_t most_events_;
  const std::function<void(std::string)> finish_;
  size_t missing_ = 1;
  /// JSON, by the operation.
  std::map<std::string, std::string, std::less<>> parts_;
  std::vector<std::string> pools_;
  size_t pools_asked_ = 0;
  std::map<std::string, std::string> logs_;
  std::deque<std::string> events_;
  int64_t next_event_ = 0;
  size_t event_answers_ = 0;
};

using support_bundle_ptr = std::shared_ptr<support_bundle>;

} // namespace troupe::behaviours
