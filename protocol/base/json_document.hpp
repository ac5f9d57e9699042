#pragma once

#include <boost/json/storage_ptr.hpp>
#include <boost/json/value.hpp>

#include <string_view>

/// JSON as a document, for what is off the hot path (`json_text.hpp` is for what is on
/// it).
namespace troupe {

/// Reads exactly one JSON value, one level deeper than `limits::json_depth` at most; half
/// a surrogate pair becomes U+FFFD. Sets `ec` if `text` is none, and returns null then.
boost::json::value parse_document(std::string_view text, boost::json::error_code& ec,
                                  boost::json::storage_ptr memory = {});

} // namespace troupe
