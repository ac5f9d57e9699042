#pragma once

#include "broker/front/http/message/http_answer.hpp"

namespace troupe::front::web {

/// Returns what the client of an application is told about a call that failed: a status.
/// The message is for the log, since it may say what is inside.
/// @param error_status Of what the worker itself called an error.
http::http_refusal refusal_of(const fault& why, unsigned error_status);

} // namespace troupe::front::web
