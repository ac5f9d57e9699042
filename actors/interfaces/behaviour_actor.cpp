#include "actors/interfaces/behaviour_actor.hpp"

namespace troupe {

pool_call pass_on(std::string to, behaviour_call c) {
  return {.to = std::move(to),
          .kind = std::move(c.kind),
          .payload = std::move(c.payload),
          .key = std::move(c.key),
          .priority = c.priority,
          .idempotent = c.idempotent,
          .parent = c.id,
          .passes_chunks = c.chunks.is_wanted(),
          .trace = std::move(c.trace)};
}

} // namespace troupe
