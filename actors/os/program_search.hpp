#pragma once

#include "protocol/base/result.hpp"

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// How the program of a child is found: as by execvp(3), but in the child's PATH.
namespace troupe::os {

/// Where programs are looked for without a PATH (confstr(3), _CS_PATH).
constexpr std::string_view system_search_path = "/bin:/usr/bin";

/// Returns the value of PATH in an environment (`NAME=value` each); nothing where it has
/// none.
std::optional<std::string_view> search_path(const std::vector<std::string>& environment);

/// Returns the files that `program` may be, in the order in which they are tried.
/// Relative ones are relative to the folder that the child starts in. A program with a
/// slash is one file; another is looked for in the folders of `path`.
/// @param path The child's PATH; nothing: `system_search_path`.
std::vector<std::string> program_files(const std::string& program,
                                       std::optional<std::string_view> path);

/// Whether the next file is tried after this error of `execve`: the file is not there, or
/// not for this user. Any other error is one of the program.
bool is_next_file_tried(int error);

/// Returns the file that a child would run; the reason of a failure is for a person. It
/// is looked for with the rights of the calling process: a child of another user may see
/// something else.
result<std::filesystem::path, std::string>
find_program(const std::string& program, std::optional<std::string_view> path,
             const std::filesystem::path& folder);

/// Returns the file of the program that this process runs; empty if /proc does not tell.
std::filesystem::path own_program();

/// Returns the interpreter that a script names in its first line (`#!`); nothing where
/// `file` is no such script or cannot be read.
std::optional<std::string> interpreter_of(const std::filesystem::path& file);

} // namespace troupe::os
