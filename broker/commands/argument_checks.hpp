#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>

/// Checks of arguments, as `CLI::Option::check` wants them: each returns what is wrong
/// with the text; nothing is wrong if that is empty.
namespace troupe::commands {

/// A variable of a shell that is not set must not stand for everything.
std::string mistake_in_name(const std::string& text);

/// The text is a whole number from 0 that fits into 63 bits, in digits.
std::string mistake_in_whole_number(const std::string& text);

/// Returns the check that a text is a whole number from `lowest` to `highest`, in digits.
std::function<std::string(const std::string&)> whole_number_from(int64_t lowest,
                                                                 int64_t highest);

/// The text is a duration.
std::string mistake_in_duration(const std::string& text);

/// Returns the duration that `text` spells, rounded up: with its unit, or a plain number
/// of milliseconds; nothing for another text.
std::optional<std::chrono::milliseconds> parse_milliseconds(const std::string& text);

/// The text is a duration between two looks at a node, from 100ms to 1h.
std::string mistake_in_interval(const std::string& text);

/// Returns that duration. @pre There is no mistake in it.
std::chrono::milliseconds parse_interval(const std::string& text);

} // namespace troupe::commands
