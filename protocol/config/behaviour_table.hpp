#pragma once

#include <boost/json/object.hpp>

#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace troupe::config {

/// What is wrong with the options of a behaviour: keys, and a message for each.
using option_mistakes = std::vector<std::pair<std::string, std::string>>;

/// The behaviours that a table may name, and what finds the mistakes in their options.
using behaviour_table =
    std::map<std::string, std::function<option_mistakes(const boost::json::object&)>,
             std::less<>>;

} // namespace troupe::config
