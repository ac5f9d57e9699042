#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// Each child gets a variable in its environment that names the node and the child, and
/// what the child starts inherits it. So its processes are found again, whatever groups
/// and `setsid` groups they have made for themselves.
///
/// A mark is `NODE.NUMBER`. The children of a node that is itself the child of a node get
/// the outer mark, too: `NODE.NUMBER/NODE.NUMBER`.
namespace troupe::os {

/// The name of that variable.
inline constexpr std::string_view mark_variable = "TROUPE_WORKER_MARK";

/// Returns the first half of the marks of one running node: 32 random hexadecimal digits.
std::string make_node_mark();

/// Returns the mark of child `number` of `node`, after the mark that this process has.
std::string make_worker_mark(std::string_view node, uint64_t number);

/// The same for a child that forks others, and for those that it forks. The number has
/// zeros before it, so that all these marks are of one length: a forked process cannot
/// get another environment, but can write over what is in it.
std::string make_forked_mark(std::string_view node, uint64_t number);

/// Returns which child of `node` a mark names; nothing where it names none.
std::optional<uint64_t> marked_number(std::string_view mark, std::string_view node);

/// Whether a process with `mark` belongs to the child that `own` was made for.
bool is_marked_by(std::string_view mark, std::string_view own);

/// Sets the variable of a child's environment, which may have another value in it.
void set_mark(std::vector<std::string>& environment, std::string_view mark);

} // namespace troupe::os
