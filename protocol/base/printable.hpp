#pragma once

#include <cstdint>
#include <string>
#include <string_view>

/// Text for a person. Text of workers and clients is made safe for a log and a terminal:
/// whatever shows it passes it through here.
namespace troupe {

/// Whether a tab stays as it is. It steers no terminal, but breaks columns.
enum class tabs : bool { escape, keep };

/// Returns `text` on one line, with everything escaped that could steer a terminal, end
/// a line or reorder what is read: C0 and C1 controls, DEL, the line and paragraph
/// separators, the marks of bidirectional text, and bytes that are not UTF-8. The escapes
/// are `\n`, `\r`, `\t`, `\x1b` and `\u202e`.
std::string printable(std::string_view text, tabs t = tabs::escape);

/// Returns a valid JSON text of the same meaning in which no such character stands
/// unescaped in a string. White space between the tokens stays.
std::string printable_json(std::string_view json);

/// Returns `1 worker`, `2 workers`.
std::string counted(uint64_t number, std::string_view noun);

} // namespace troupe
