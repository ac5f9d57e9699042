#pragma once

#include "protocol/base/error.hpp"

#include <string_view>

namespace troupe::wires {

/// The details of an error for which the worker named no code.
constexpr std::string_view no_worker_code = R"("worker_code":null)";

/// Turns what a worker answered as an error into the fault that its caller gets: the
/// worker's `message` and `code`, and whatever else it said. An error that is no object
/// is a message alone.
/// @param error JSON text.
fault to_worker_fault(std::string_view error);

} // namespace troupe::wires
