#pragma once

#include "protocol/base/result.hpp"
#include "protocol/base/shared_bytes.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace troupe::wires {

/// The queries of a paused session, and the answers so far. The worker gets the answers
/// when it has all of them.
class session_pause {
public:
  /// Reads what a worker asks: `{"queries":[{"id":string,…},…]}`, at least one, each with
  /// an id of its own. The reason of a failure is for a person.
  static result<session_pause, std::string> parse(std::string_view payload);

  /// Takes `{"response":…,"query_id"?:string,"usage"?:…}`, where `query_id` may be absent
  /// while one query alone is open, or several of them as `{"responses":[…]}`. Takes all
  /// or, if one cannot be, none, and fails.
  /// @pre `answer` is a valid JSON object.
  result<> accept(std::string_view answer);

  /// Returns how many queries are open.
  size_t remaining() const noexcept;

  /// Returns the open queries as a JSON array, in the worker's order.
  std::string open_queries() const;

  /// Returns what the worker is told:
  /// `{"responses":[{"query_id","response","usage"?},…]}`, in the order of its queries.
  /// @pre `remaining() == 0`.
  std::string responses() const;

  /// Takes every answer back.
  void reopen();

  /// Returns all of it as JSON text, and what such a text says.
  std::string save() const;
  static session_pause restore(std::string_view saved);

private:
  struct query {
    std::string id;
    std::string text;
    /// The answer for the worker; empty while the query is open.
    std::string answer;
  };

  result<> accept_one(std::string_view answer);

  std::vector<query> queries_;
};

} // namespace troupe::wires
