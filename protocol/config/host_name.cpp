#include "protocol/config/host_name.hpp"

#include "protocol/base/address.hpp"

#include <algorithm>
#include <unistd.h>

namespace troupe::config {

std::string to_node_name(std::string_view host) {
  if (host.empty())
    return "node";
  // A leading letter makes each character stand where any legal one may.
  std::string name;
  for (char c : host)
    name += is_valid_name(std::string{"x"} + c) ? c : '-';
  if (!is_valid_name(name.substr(0, 1)))
    name = "node-" + name;
  name.resize(std::min<size_t>(name.size(), 63));
  return name;
}

std::string host_name() {
  char name[256] = {};
  // The last byte stays 0: a longer name is cut without one.
  if (gethostname(name, sizeof name - 1) != 0)
    return {};
  return name;
}

} // namespace troupe::config
