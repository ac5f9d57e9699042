#pragma once

#include <boost/json/value.hpp>

namespace troupe::testing {

/// Returns what `delta` makes of `before`, as a page does it.
boost::json::value applied_delta(const boost::json::value& before,
                                 const boost::json::value& delta);

} // namespace troupe::testing
