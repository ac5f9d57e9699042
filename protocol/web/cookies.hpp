#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace troupe::web {

using cookie_list = std::vector<std::pair<std::string, std::string>>;

/// Adds the cookies of one `Cookie` header as RoadRunner does: names are tokens, values
/// are percent-decoded, and of two with one name the last stays. What is no such cookie
/// is left out.
void add_cookies(std::string_view header, cookie_list& out);

} // namespace troupe::web
