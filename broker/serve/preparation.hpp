#pragma once

#include "actors/interfaces/follower_registry.hpp"
#include "actors/node/node_runtime.hpp"
#include "actors/os/state_folder.hpp"
#include "actors/session/session_registry.hpp"
#include "broker/client/connection_file.hpp"
#include "broker/front/certificates.hpp"
#include "broker/front/listener.hpp"
#include "broker/serve/prepared_web.hpp"
#include "protocol/config/config.hpp"
#include "protocol/hello/introduction.hpp"

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace troupe::serve {

/// The file of a unix socket that was bound, which goes with this.
class bound_path {
public:
  explicit bound_path(const front::bound_socket& socket)
    : name_(socket.name)
    , inode_(socket.inode) {}
  ~bound_path() { remove(); }
  bound_path(const bound_path&) = delete;
  bound_path& operator=(const bound_path&) = delete;

  void remove() noexcept { front::unlink_socket(name_, inode_); }

private:
  std::string name_;
  ino_t inode_;
};

/// The resources of the system that a node may fail to get. All of them are taken
/// before the first thread and the first child. So a node that cannot run says so,
/// ends, and has changed nothing of another node's.
struct preparation {
  /// Takes all of it: the state directory, the listening sockets, the registry of
  /// sessions, a place for connection.json, and, to see that they are to be had, the
  /// threads and descriptors. Throws std::runtime_error with the reason.
  /// @param known The behaviours that followers may have.
  preparation(const config::file& config, const hello::spoken_versions& versions,
              const follower_registry& known);

  os::state_folder state;
  /// Empty if the log goes to stderr.
  std::filesystem::path log_path;
  /// The opened file at `log_path`.
  loop::unique_fd log_file;
  front::bound_socket socket;
  bound_path socket_path;
  /// Without a descriptor where there is no HTTP.
  front::bound_socket http;
  /// Without a descriptor unless metrics have a port of their own.
  front::bound_socket metrics;
  /// In the order of the file.
  std::vector<prepared_web> webs;
  /// Nothing where HTTP is in the clear.
  std::shared_ptr<front::certificates> certificates;
  std::string api_key;
  /// Empty for none.
  std::string view_key;
  /// Nothing if the node is alone.
  std::optional<reception::cluster_setup> cluster;
  followers::follower_list followers;
  std::shared_ptr<session::session_registry> registry;
  /// The sessions that an earlier node has left on record.
  std::vector<session::session_entry> earlier;
  client::connection_file advertised;
  /// Empty if no spans are recorded.
  std::filesystem::path trace_path;
  /// The opened file at `trace_path`.
  loop::unique_fd trace_file;
};

} // namespace troupe::serve
