#pragma once

#include "actors/interfaces/events_actor.hpp"
#include "actors/os/preload_order.hpp"

#include <spdlog/logger.h>

#include <memory>
#include <string>

namespace troupe::worker {

/// Returns what tells the log and followers of the processes that the workers of a pool
/// are forked from.
os::preload_observer_ptr make_preload_reports(std::string pool,
                                              std::shared_ptr<spdlog::logger> log,
                                              events_actor events);

} // namespace troupe::worker
