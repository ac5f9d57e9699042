#include "tests/actors/supervisor/support_supervisor.hpp"

namespace troupe::testing {

using namespace os;

std::string supervisor_fixture::name_of(size_t i) {
  constexpr std::string_view key = "\"worker\":\"";
  auto& text = process(i).written;
  auto begin = text.find(key);
  if (begin == std::string::npos)
    return {};
  begin += key.size();
  return text.substr(begin, text.find('"', begin) - begin);
}

} // namespace troupe::testing
