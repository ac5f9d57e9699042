#pragma once

#include "broker/front/dashboard/page_message.hpp"

#include <string>
#include <string_view>

/// What the node says to a page, as text.
namespace troupe::front::dashboard {

/// @param may_change Whether the page's key allows more than to look.
std::string hello_text(std::string_view node, bool may_change);
/// @param value JSON.
std::string state_text(page_id id, std::string_view value);
/// @param delta JSON.
std::string delta_text(page_id id, std::string_view delta);
/// @param error A fault as JSON.
std::string error_text(std::optional<page_id> id, std::string_view error);
/// @param events A JSON array.
std::string events_text(page_id id, std::string_view events);
/// @param error A fault as JSON, or null.
std::string input_text(page_id id, std::string_view error);
std::string beat_text(std::chrono::system_clock::time_point now);

} // namespace troupe::front::dashboard
