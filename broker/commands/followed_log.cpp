#include "broker/commands/followed_log.hpp"

#include <algorithm>

namespace troupe::commands {

log_news compare_logs(const std::vector<std::string>& before,
                      const std::vector<std::string>& now) {
  for (size_t dropped = 0; dropped < before.size(); ++dropped) {
    auto kept = before.size() - dropped;
    if (kept <= now.size()
        && std::equal(before.begin() + static_cast<std::ptrdiff_t>(dropped), before.end(),
                      now.begin()))
      return {kept, false};
  }
  return {0, !before.empty() && !now.empty()};
}

} // namespace troupe::commands
