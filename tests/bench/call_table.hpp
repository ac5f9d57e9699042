#pragma once

#include <boost/json.hpp>

#include <charconv>
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>

namespace troupe::bench {

/// The map of pending ids of a relay of calls that is written by hand: on the way out a
/// call gets an id that is unique on the connection, and its answer the client's again.
class call_table {
public:
  /// Returns the line of a call as it goes out.
  std::string forward(std::string_view line) {
    auto value = boost::json::parse(std::string{line});
    auto& id = value.as_object()["request_id"];
    pending_.emplace(++last_, pending{std::move(id), clock::now() + time_limit});
    id = "r" + std::to_string(last_);
    return boost::json::serialize(value) + '\n';
  }

  /// Returns the line of an answer as its caller gets it, or nothing if nobody waits.
  std::string back(std::string_view line) {
    auto value = boost::json::parse(std::string{line});
    auto& id = value.as_object()["request_id"];
    auto found = pending_.find(number_of(id));
    if (found == pending_.end())
      return {};
    id = std::move(found->second.id);
    pending_.erase(found);
    return boost::json::serialize(value) + '\n';
  }

private:
  using clock = std::chrono::steady_clock;
  static constexpr std::chrono::seconds time_limit{30};

  /// Returns 0 for what is no id of this table.
  static uint64_t number_of(const boost::json::value& id) {
    uint64_t n = 0;
    if (auto* text = id.if_string(); text && text->starts_with('r'))
      std::from_chars(text->data() + 1, text->data() + text->size(), n);
    return n;
  }

  struct pending {
    boost::json::value id;
    clock::time_point due; // for a sweep, which no run is long enough for
  };

  uint64_t last_ = 0;
  std::unordered_map<uint64_t, pending> pending_;
};

} // namespace troupe::bench
