#pragma once

#include "actors/public/calls.hpp"
#include "protocol/config/config.hpp"

#include <spdlog/logger.h>

#include <memory>

namespace troupe {

/// Returns a log whose lines go to `hooks.log`, one after the other, from whatever thread
/// they come; without that hook they go nowhere.
std::shared_ptr<spdlog::logger> make_host_log(const node_hooks& hooks,
                                              config::log_level level);

} // namespace troupe
