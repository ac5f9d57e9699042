#pragma once

#include "protocol/base/error.hpp"

#include <string>
#include <string_view>

/// Errors as clients of agent-relay's broker know them.
namespace troupe::front {

/// How the errors of a route are spelled.
enum class error_words : uint8_t {
  /// As everywhere.
  own,
  /// With the broker's word as their `code`.
  relay,
  /// `{"success":false,"error",…}`, with the node's own members beside.
  relay_success,
};

/// A word of agent-relay's broker and the status that belongs to it.
struct relay_word {
  std::string_view name;
  unsigned status = 0;
  /// Whether what was tried may be tried again as it is.
  bool retryable = false;
};

/// Returns the word for `why`; the node's own where the broker has none.
relay_word to_relay_word(const fault& why);

/// Returns the members of the error object for `why`, without braces.
std::string relay_error_members(error_words words, const fault& why);

/// Returns the status of an answer that is that error.
unsigned relay_error_status(error_words words, const fault& why);

} // namespace troupe::front
