#include "protocol/base/event_kinds.hpp"

#include "protocol/base/json_text.hpp"

#include <algorithm>
#include <array>

namespace troupe {

namespace {

/// A new kind adds its row, in the order of the alphabet.
constexpr auto event_kinds = std::to_array<std::string_view>({
    "agent_driver_changed",
    "agent_exited",
    "agent_idle",
    "agent_inbound_delivery_mode_changed",
    "agent_pending_drained",
    "agent_released",
    "agent_resized",
    "agent_spawned",
    "breaker_closed",
    "breaker_opened",
    "call_cancelled",
    "call_failed",
    "call_quarantined",
    "call_slow",
    "channel_subscribed",
    "channel_unsubscribed",
    "delivery_failed",
    "delivery_injected",
    "delivery_queued",
    "delivery_verified",
    "gap",
    "node_down",
    "node_refused",
    "node_suspect",
    "node_up",
    "pool_drained",
    "pool_resumed",
    "pool_scaled",
    "preload_exited",
    "preload_ready",
    "preload_started",
    "session_answered",
    "session_continued",
    "session_failed",
    "session_finished",
    "session_lost",
    "session_paused",
    "session_refused",
    "session_run",
    "worker_event",
    "worker_events_dropped",
    "worker_exited",
    "worker_ready",
    "worker_recycling",
    "worker_started",
    "worker_stream",
});

} // namespace

bool is_event_kind(std::string_view kind) {
  return std::binary_search(event_kinds.begin(), event_kinds.end(), kind);
}

result<void, std::string> validate_event_kind(std::string_view kind) {
  if (is_event_kind(kind))
    return {};
  std::string known;
  for (auto k : event_kinds)
    known += (known.empty() ? "" : ", ") + std::string{k};
  return failure("kinds: no event is of the kind " + json_string(kind)
                 + "; the kinds are " + known);
}

} // namespace troupe
