#include "actors/behaviours/built_in_behaviours.hpp"

#include "actors/behaviours/cache.hpp"
#include "actors/behaviours/echo.hpp"
#include "actors/behaviours/mirror.hpp"
#include "actors/behaviours/rate_limit.hpp"
#include "actors/behaviours/router.hpp"
#include "actors/behaviours/support.hpp"

namespace troupe::behaviours {

behaviour_registry built_in_behaviours() {
  behaviour_registry all;
  all.add(cache());
  all.add(echo());
  all.add(mirror());
  all.add(rate_limit());
  all.add(router());
  all.add(support());
  return all;
}

} // namespace troupe::behaviours
