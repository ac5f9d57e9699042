#include "actors/terminal/agent_profile.hpp"

#include <algorithm>
#include <cctype>

namespace troupe::terminal {

namespace {

bool is_same_channel(const std::string& a, const std::string& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) {
    return std::tolower(static_cast<unsigned char>(x))
           == std::tolower(static_cast<unsigned char>(y));
  });
}

bool is_channel_among(const std::vector<std::string>& all, const std::string& one) {
  return std::any_of(all.begin(), all.end(),
                     [&](auto& c) { return is_same_channel(c, one); });
}

} // namespace

agent_profile::names agent_profile::missing(names wanted) const {
  names added;
  for (auto& c : wanted)
    if (!is_channel_among(channels_, c) && !is_channel_among(added, c))
      added.push_back(std::move(c));
  return added;
}

void agent_profile::subscribe(const names& added) {
  channels_.insert(channels_.end(), added.begin(), added.end());
}

agent_profile::names agent_profile::unsubscribe(const names& unwanted) {
  names removed;
  std::erase_if(channels_, [&](auto& c) {
    auto goes = is_channel_among(unwanted, c);
    if (goes)
      removed.push_back(c);
    return goes;
  });
  return removed;
}

} // namespace troupe::terminal
