#pragma once

#include "actors/interfaces/pending_call.hpp"

#include <memory>

namespace troupe::broker {

/// A call on its way through a pool. A call has 400 bytes and was moved eight times; now
/// only its pointer goes from the queue to a worker, and back when the worker dies.
using pending_call_ptr = std::unique_ptr<pending_call>;

} // namespace troupe::broker
