#include "actors/followers/built_in_followers.hpp"

#include "actors/followers/webhook.hpp"

namespace troupe::followers {

follower_registry built_in_followers() {
  follower_registry all;
  all.add(webhook());
  return all;
}

} // namespace troupe::followers
