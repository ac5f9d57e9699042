#include "tests/actors/public/support_public.hpp"

#include <stdexcept>

namespace troupe::testing {

std::string echo_pool(const std::string& name, const std::string& more) {
  return "[pool." + name + "]\ncommand = [\"python3\", \"-c\", " + echo_worker + "]\n"
         + more;
}

embedded_node start_node(const std::string& config, node_hooks hooks) {
  embedded_node_options options;
  options.config = config;
  options.hooks = std::move(hooks);
  auto node = embedded_node::start(std::move(options));
  if (!node)
    throw std::runtime_error{"no node: " + node.error().message};
  return *std::move(node);
}

code code_of(const result<call_answer>& r) {
  return r ? code::none : r.error().what;
}

} // namespace troupe::testing
