#include "actors/interfaces/next_attempt.hpp"

#include "protocol/base/json_text.hpp"

#include <algorithm>

namespace troupe {

namespace {

using std::chrono::milliseconds;

constexpr std::string_view moment_key = "retry_at_ms";

} // namespace

void name_attempt(fault& why, std::chrono::steady_clock::time_point when) {
  auto ms = std::chrono::floor<milliseconds>(when.time_since_epoch()).count();
  json_text::append_members(why.details,
                            '"' + std::string{moment_key} + "\":" + std::to_string(ms));
}

fault with_time_left(fault why, std::chrono::steady_clock::time_point now) {
  auto at = why.details.rfind('"' + std::string{moment_key} + '"');
  if (at == std::string::npos)
    return why;
  auto object = "{" + why.details + "}";
  auto when = json_text::find(object, moment_key);
  auto ms = when ? json_text::as_integer(*when).value_or(0) : 0;
  auto now_ms = std::chrono::floor<milliseconds>(now.time_since_epoch()).count();
  why.details.resize(at > 0 ? at - 1 : 0); // it is the last member
  // Once an attempt has begun, it is decided as soon as its worker is ready or dead.
  json_text::append_members(why.details,
                            "\"retry_after_ms\":"
                                + std::to_string(std::max<int64_t>(ms - now_ms, 0)));
  return why;
}

} // namespace troupe
