#pragma once

#include "protocol/base/address.hpp"
#include "protocol/base/ids.hpp"

#include <filesystem>
#include <optional>
#include <string>

/// The names of the files that a worker has in the folder of workers.
namespace troupe {

/// Returns how the names of a worker's socket and log begin. If the worker may outlive
/// the node, more must follow after a dash: the next node counts incarnations anew.
std::string worker_file_name(const std::string& worker, incarnation_id incarnation);

/// Returns whose log this is, or nothing if no worker has such a name. It is the only
/// place that tells whose process an earlier node has left: the record beside the log has
/// no name in it, and a node of the version before wrote none either.
std::optional<address> worker_of_log(const std::filesystem::path& log);

} // namespace troupe
