#include "protocol/base/end_reason.hpp"

#include <array>
#include <cstddef>

namespace troupe {

namespace {

constexpr std::array<std::string_view, static_cast<size_t>(end_reason::count_)>
    reason_words = {"exit",      "crash",     "signal",         "disconnected", "timeout",
                    "cancelled", "heartbeat", "protocol_error", "frame",        "jobs",
                    "age",       "idle",      "memory",         "restart",      "reload",
                    "scale",     "stop",      "shutdown"};

} // namespace

std::string_view word_for(end_reason r) {
  auto i = static_cast<size_t>(r);
  return i < reason_words.size() ? reason_words[i] : std::string_view{"unknown"};
}

std::optional<end_reason> end_reason_from(std::string_view word) {
  for (size_t i = 0; i < reason_words.size(); ++i)
    if (reason_words[i] == word)
      return static_cast<end_reason>(i);
  return std::nullopt;
}

} // namespace troupe
