#include "protocol/base/json_document.hpp"

#include "protocol/base/json_text.hpp"
#include "protocol/base/limits.hpp"

#include <boost/json/parse.hpp>

namespace troupe {

boost::json::value parse_document(std::string_view text, boost::json::error_code& ec,
                                  boost::json::storage_ptr memory) {
  boost::json::parse_options options;
  options.max_depth = limits::json_depth + 1; // a payload inside of a message
  auto value = boost::json::parse({text.data(), text.size()}, ec, memory, options);
  if (!ec)
    return value;
  auto mended = json_text::without_lone_surrogates(text);
  if (!mended)
    return value;
  ec = {};
  return boost::json::parse(*mended, ec, std::move(memory), options);
}

} // namespace troupe
