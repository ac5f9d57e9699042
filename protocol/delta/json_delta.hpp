#pragma once

#include <optional>
#include <string>
#include <string_view>

/// What turns one JSON value into another.
namespace troupe::delta {

/// Returns the delta from `before` to `after`; nothing if it would not be shorter than
/// `after`, or if the two are not both objects or both arrays. If nothing has changed it
/// is
/// `{}` for objects and `{"$set":{}}` for arrays.
///
/// A delta of objects is a merge patch (RFC 7386). As that cannot set null, `$null` lists
/// the members that become null, and a key that begins with `$` has one more of it. A
/// delta of arrays whose elements have unique names is an object with `$set`, `$gone` and
/// `$order`, each if needed, and with `$key` if the names are not in the member `name`.
/// @pre Both are valid JSON whose objects have each key once.
std::optional<std::string> json_delta(std::string_view before, std::string_view after);

} // namespace troupe::delta
