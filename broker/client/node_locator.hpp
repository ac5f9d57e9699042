#pragma once

#include "broker/client/client.hpp"
#include "broker/client/connection_file.hpp"
#include "protocol/base/result.hpp"

#include <filesystem>
#include <string>

namespace troupe::client {

/// The user's options for finding the node.
struct node_locator {
  /// A URL, or the path of a socket; empty to look into the state directory.
  std::string node;
  /// For a URL that was named; empty for what the state directory knows.
  std::string api_key;
  /// The folder of the node's `connection.json`.
  std::filesystem::path state_dir;
  /// Of https: the PEM file of who must have signed the node's certificate; empty for
  /// whom the system trusts.
  std::filesystem::path ca = {};
};

/// The state directory of a node that is a service of the system, as its package has it.
inline constexpr auto service_state_dir = "/var/lib/troupe";

/// Fills what is empty in `said` from TROUPE_NODE, TROUPE_API_KEY, TROUPE_STATE_DIR and
/// TROUPE_CA. Where nothing says the state directory, it is `.troupe`, or that of the
/// service, if a node has announced itself there and none in `.troupe`.
node_locator with_environment(node_locator said);

/// Reads the `connection.json` of a state directory; the path of the socket is then a
/// whole one. The fault is `unavailable`.
result<connection_info> read_connection(const std::filesystem::path& state_dir);

/// Connects to the node. Through the state directory its socket is preferred, which needs
/// no key and is faster; that of another user would refuse this one, so root takes the
/// URL. The fault is `unavailable` and says what to do.
result<client_ptr> open_client(const node_locator& where, patience p = {});

} // namespace troupe::client
