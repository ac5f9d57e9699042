#include "broker/front/mcp/open_requests.hpp"

#include <vector>

namespace troupe::front::mcp {

open_requests::registration::registration(open_requests& all, std::string name,
                                          std::function<void()> cancel)
  : all_(all) {
  std::lock_guard lock{all_.mutex_};
  place_ = all_.table_.emplace(std::move(name), std::move(cancel));
}

open_requests::registration::~registration() {
  std::lock_guard lock{all_.mutex_};
  all_.table_.erase(place_);
}

bool open_requests::cancel(std::string_view name) {
  std::vector<std::function<void()>> found;
  {
    std::lock_guard lock{mutex_};
    auto [first, last] = table_.equal_range(name);
    for (auto i = first; i != last; ++i)
      found.push_back(i->second);
  }
  for (auto& cancel : found)
    cancel();
  return !found.empty();
}

} // namespace troupe::front::mcp
