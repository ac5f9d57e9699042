#pragma once

#include <boost/json/value.hpp>

#include <cstdint>
#include <string>
#include <string_view>

/// Members of what a node answers, for a person: what is missing or of another type is
/// empty, since an older node may not have it.
namespace troupe::commands::fields {

/// Returns the member `key` of `v` as text: a string as it is, null or nothing as "".
std::string text(const boost::json::value& v, std::string_view key);

/// Returns the member `key` of `v` as a number; 0 where it is none.
uint64_t number(const boost::json::value& v, std::string_view key);

/// Returns the member `key` of `v`, a number of milliseconds, as a person reads it.
std::string duration(const boost::json::value& v, std::string_view key);

/// Returns the object under `key`, or null.
boost::json::value object(const boost::json::value& v, std::string_view key);

} // namespace troupe::commands::fields
