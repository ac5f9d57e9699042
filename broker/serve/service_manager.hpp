#pragma once

#include <chrono>
#include <optional>
#include <string_view>

namespace troupe::serve {

/// Tells the service manager that started the node, if one did, e.g. `READY=1`: one
/// datagram to the socket in `NOTIFY_SOCKET` (systemd's sd_notify protocol; a leading `@`
/// is an abstract name). Errors are ignored, also that it does not read: it is advice.
void notify_service_manager(std::string_view state);

/// Returns whether there is a service manager that wants messages.
bool has_service_manager();

/// Tells it that the node reads its configuration again, and when it began to, as
/// `Type=notify-reload` wants it. `READY=1` ends that.
void notify_reloading();

/// Returns how long the service manager waits for a sign of life (`WATCHDOG=1`) before it
/// ends the node; nothing if it does not watch this process.
std::optional<std::chrono::microseconds> watchdog_timeout();

} // namespace troupe::serve
