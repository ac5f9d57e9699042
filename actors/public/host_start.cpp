#include "actors/public/host_start.hpp"

namespace troupe {

result<std::shared_ptr<node_host>> start_host(host_setup setup) {
  try {
    return node_host::start(std::move(setup));
  } catch (const std::exception& e) {
    return failure(code::unavailable, e.what());
  }
}

fault bad_configuration(const config::mistake_list& mistakes) {
  std::string text;
  for (auto& m : mistakes)
    text += (text.empty() ? "" : "; ") + to_string(m);
  return malformed(std::move(text));
}

} // namespace troupe
