#include "actors/followers/prepared_follower.hpp"

#include <utility>

namespace troupe::followers {

result<std::vector<prepared_follower>, std::vector<unequipped_follower>>
prepare(const std::vector<config::follower>& all, const follower_registry& known) {
  std::vector<prepared_follower> ready;
  std::vector<unequipped_follower> wrong;
  for (auto& f : all) {
    auto kind = known.find(f.behaviour);
    if (!kind) { // of a configuration that was read with another registry
      wrong.push_back(
          {"follower." + f.name + ".behaviour", "there is no behaviour " + f.behaviour});
      continue;
    }
    auto equipped = kind->equip(f.options, f.folder);
    if (equipped)
      ready.push_back({f, kind->thread, *std::move(equipped)});
    else
      wrong.push_back({"follower." + f.name + ".options." + equipped.error().option,
                       equipped.error().message});
  }
  if (!wrong.empty())
    return failure(std::move(wrong));
  return ready;
}

std::string to_string(const std::vector<unequipped_follower>& wrong) {
  std::string text;
  for (auto& w : wrong)
    text += (text.empty() ? "" : "; ") + w.key + ": " + w.message;
  return text;
}

} // namespace troupe::followers
