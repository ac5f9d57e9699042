#pragma once

#include "protocol/base/call.hpp"
#include "protocol/base/event_batch.hpp"
#include "protocol/base/shared_bytes.hpp"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

/// The results of `events` calls as the fronts pass them on.
namespace troupe::front {

/// Returns what an `events` call was answered. Another node says it by the payload alone.
std::shared_ptr<const event_batch> events_in(const outcome& answer);

/// Returns the payload that asks as `query` does, but is answered at once.
/// @param query An object, or null.
shared_bytes events_at_once(std::string_view query);

/// Returns the payload that asks as `query` did, for what comes after `batch`.
/// @param query An object, or null.
shared_bytes events_after(std::string_view query, const event_batch& batch);

/// Returns the events of a batch as server-sent events.
std::string to_server_sent(const event_batch& batch);

/// Returns the events of a batch, each a message of a WebSocket: a gap as clients of
/// agent-relay know it, `replay_gap`.
std::vector<std::string> to_messages(const event_batch& batch);

} // namespace troupe::front
