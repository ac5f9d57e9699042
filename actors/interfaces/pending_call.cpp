#include "actors/interfaces/pending_call.hpp"

#include <utility>

namespace troupe {

void pending_call::settle(call_result result) {
  if (sink)
    std::exchange(sink, nullptr)->settle(tag, std::move(result));
  else if (!promise.pending())
    return;
  else if (result)
    promise.deliver(*std::move(result));
  else
    promise.deliver(to_error(result.error()));
}

} // namespace troupe
