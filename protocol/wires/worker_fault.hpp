#pragma once

#include "protocol/base/error.hpp"

#include <optional>
#include <string_view>

namespace troupe::wires {

/// Returns the details of an error for which the worker named this code, or none.
fault_details worker_code(std::optional<std::string_view> named);

/// Returns the fault of a call of `size` bytes where a frame carries at most `most`.
fault too_large(size_t size, size_t most);

/// Turns what a worker answered as an error into the fault that its caller gets: the
/// worker's `message` and `code`, and whatever else it said. An error that is no object
/// is a message alone.
/// @param error JSON text.
fault to_worker_fault(std::string_view error);

} // namespace troupe::wires
