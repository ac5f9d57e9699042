#pragma once

#include "broker/commands/operation.hpp"

#include <string>
#include <string_view>

namespace troupe::commands {

/// Returns `1 worker`, `2 workers` for a number as a node spells it.
std::string counted_workers(std::string_view number);

/// Runs an operation on a pool or a worker that answers how many workers it was for, and
/// prints that.
/// @param name What it is about, for a person.
/// @param done The operation's past participle, which is also the member with the number.
void order_counted(command_context& context, const node_options& options,
                   std::string_view name, std::string_view payload,
                   std::string_view operation, std::string_view done);

} // namespace troupe::commands
