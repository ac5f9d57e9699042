#pragma once

#include "actors/interfaces/behaviour_registry.hpp"
#include "actors/outbound/http_client.hpp"
#include "protocol/base/result.hpp"

#include <boost/json/object.hpp>

#include <chrono>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

namespace troupe::followers {

/// When a webhook tries what again.
struct webhook_times {
  /// The most that one attempt may take.
  std::chrono::milliseconds timeout{10'000};
  /// Between the first two attempts, and the longest such time: it doubles.
  std::chrono::milliseconds delay{500};
  std::chrono::milliseconds longest_delay{30'000};
  /// A batch that could not be delivered for so long is dropped; 0: never.
  std::chrono::milliseconds patience{15 * 60'000};
};

/// The options of a webhook, as they are configured.
struct webhook_options {
  http_url url;
  std::vector<std::pair<std::string, std::string>> headers;
  /// A file, or a variable of the node's environment, with the key that is sent as
  /// `Authorization: Bearer`. At most one of them is not empty.
  std::string bearer_file;
  std::string bearer_env;
  /// A PEM file; empty: the authorities that the system trusts.
  std::string authority;
  webhook_times times;
};

/// Reads the options into `out`; returns what is wrong with them.
std::vector<option_mistake> read_webhook_options(const boost::json::object& options,
                                                 webhook_options& out);

/// Where a webhook sends its events, and what it has read for that.
struct webhook_destination {
  outbound::http_destination to;
  /// The key and the authority, to see whether they are others.
  std::string read;
};

/// Reads the key and the authority that options name. May wait for files.
/// @param folder What their paths are relative to.
result<webhook_destination, option_mistake>
read_webhook_destination(const webhook_options& options,
                         const std::filesystem::path& folder);

} // namespace troupe::followers
