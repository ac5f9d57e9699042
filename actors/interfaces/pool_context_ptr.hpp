#pragma once

#include "actors/interfaces/type_ids.hpp"

#include <memory>

namespace troupe {

struct pool_context;
using pool_context_ptr = std::shared_ptr<const pool_context>;

} // namespace troupe

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(std::shared_ptr<const troupe::pool_context>)
