#pragma once

#include <CLI/CLI.hpp>

#include <string>

namespace troupe::commands {

/// Says which argument of a command line nobody knows, and which was probably meant.
/// @param app Has just failed to parse a command line with arguments too many.
std::string describe_unknown(const CLI::App& app);

} // namespace troupe::commands
