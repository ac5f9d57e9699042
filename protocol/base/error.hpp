#pragma once

#include "protocol/base/fault_details.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace troupe {

/// Why a call, or an operation on the node, did not end in a result. The numbers cross
/// hosts inside `caf::error`, hence they never change; new codes go before `count_`.
enum class code : uint8_t {
  none = 0,
  bad_request,
  unauthorized,
  forbidden,
  pool_not_found,
  worker_not_found,
  session_not_found,
  not_found,
  conflict,
  not_a_terminal,
  payload_too_large,
  worker_error,
  busy,
  cancelled,
  internal,
  worker_died,
  protocol_error,
  node_down,
  version_mismatch,
  handshake_failed,
  boot_timeout,
  spawn_failed,
  unavailable,
  shutting_down,
  queue_timeout,
  timeout,
  count_,
};

/// A row of the one error table, which every front reads.
struct code_info {
  code value;
  /// The name on every wire.
  std::string_view name;
  uint16_t http_status;
  /// Whether the same call may succeed later without anybody changing it.
  bool retryable;
  /// Shown where nothing more exact is known.
  std::string_view summary;
};

/// Returns the row of `c`; that of `internal` for a number outside the enumeration.
const code_info& info(code c);

/// Returns the code with the wire name `name`.
std::optional<code> code_from_name(std::string_view name);

/// Found by CAF and by tests that print a code.
std::string to_string(code c);

/// A typed error with what a person or a program needs to act on it.
struct fault {
  code what = code::none;
  /// One sentence for a person.
  std::string message = {};
  fault_details details = {};

  bool operator==(const fault&) const = default;
};

/// Returns the fault of input that is not what it should be.
/// @param message What is wrong and where.
fault malformed(std::string message);

/// As `malformed`, with a word for programs that act upon it: the member `reason`.
fault malformed_for(request_flaw flaw, std::string message);

/// Returns the fault of a call to a pool that is not there.
fault no_such_pool(std::string_view pool);

} // namespace troupe
