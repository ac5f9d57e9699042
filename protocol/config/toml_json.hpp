#pragma once

#include "protocol/base/result.hpp"

#include <boost/json/object.hpp>
#include <toml++/toml.h>

#include <string>

/// What TOML and JSON both can say.
namespace troupe::config {

/// Returns the table that says the same as `o`. A member that is null is left out: TOML
/// does not know it.
toml::table to_toml(const boost::json::object& o);

/// Returns the object that says the same as `t`, or why there is none: dates, times and
/// numbers that are not finite have no form in JSON.
result<boost::json::object, std::string> to_json(const toml::table& t);

} // namespace troupe::config
