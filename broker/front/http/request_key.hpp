#pragma once

#include "broker/front/http/message/http_head.hpp"

#include <cstdint>
#include <string_view>

namespace troupe::front::http {

/// What the key of a request allows.
enum class access : uint8_t { none, view, all };

/// Returns what the key of a request allows. It is in `X-API-Key`, else in
/// `Authorization: Bearer`, else in a subprotocol, which is all that a page can say when
/// it opens a WebSocket: `troupe.key.` and the key in base64url without padding. If one
/// of the headers comes twice, neither can be trusted.
/// @param api_key Allows all.
/// @param view_key Allows to look; empty for none.
access access_of(const http_fields& m, std::string_view api_key,
                 std::string_view view_key);

/// The subprotocol that every WebSocket of the node speaks. A client may offer it.
inline constexpr std::string_view subprotocol = "troupe.v1";

/// Returns whether a request offers `subprotocol`: a browser hangs up if none of those
/// that it offers is chosen.
bool offers_subprotocol(const http_fields& m);

/// Compares in a time that tells nothing about where the two differ.
bool equal_in_constant_time(std::string_view a, std::string_view b);

} // namespace troupe::front::http
