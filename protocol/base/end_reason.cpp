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

} // namespace troupe
