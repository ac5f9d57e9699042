#pragma once

#include "broker/commands/command_context.hpp"

#include <chrono>
#include <functional>
#include <string>

namespace troupe::commands {

/// What a repeated output does with the one before it, where stdout is a terminal.
enum class redraw : bool { append, replace };

/// Prints again and again, until Ctrl-C or until nobody reads. A node that is gone is
/// told in place of the output, and asked again.
/// @param print Writes to the context that it is given, whose status is ignored.
void repeat(command_context& context, redraw how, std::chrono::milliseconds interval,
            const std::function<void(command_context&)>& print);

/// Ends the program at Ctrl-C: nothing is left to do where every line was flushed.
void exit_at_interrupt();

/// Returns what draws `text` from the top of a terminal, over what was there: so much of
/// it as has room. Its lines must not wrap.
std::string drawn_from_top(const std::string& text, size_t rows);

} // namespace troupe::commands
