#pragma once

#include "protocol/tls/flaw.hpp"

#include <openssl/ssl.h>

#include <string>

namespace troupe::tls {

/// Returns what has just failed in `connection`, by the errors that OpenSSL has queued
/// for this thread, and forgets those.
channel_error explain(const SSL& connection);

/// Returns OpenSSL's words for the first error it has queued for this thread, and forgets
/// all.
std::string take_words();

} // namespace troupe::tls
