#pragma once

#include "actors/session/sessions.hpp"
#include "broker/front/connections.hpp"
#include "broker/front/listener.hpp"

#include <filesystem>
#include <map>
#include <mutex>

namespace troupe::front::session {

/// The sockets of the sessions, in a folder of the node's user alone: `ID.sock` for each
/// session, and `new-POOL.sock` where those of a pool begin. Thread-safe.
class session_sockets : public troupe::session::session_acceptors {
public:
  /// @param folder Is there, and emptied of sockets that a dead node has left.
  session_sockets(std::vector<loop::event_loop*> loops, connections& clients,
                  front_context_ptr context, config::session config,
                  std::filesystem::path folder, std::shared_ptr<client_limit> limit,
                  std::shared_ptr<front_counts> counts);

  void open(const std::string& id) override;
  void close(const std::string& id) override;
  void serve_pools(const std::set<std::string>& names) override;

  /// Closes them all.
  void close_all();

private:
  void open_connector(const std::string& file, const std::string& session,
                      const std::string& pool);
  void close_acceptor(const std::string& file);

  std::vector<loop::event_loop*> loops_;
  connections& clients_;
  front_context_ptr context_;
  config::session config_;
  std::filesystem::path folder_;
  /// Of all the listeners, which are on one loop: a session costs one descriptor.
  std::shared_ptr<listener_spare> spare_ = listener::make_spare();
  std::shared_ptr<client_limit> limit_;
  std::shared_ptr<front_counts> counts_;
  std::mutex mutex_;
  /// By the name of the file.
  std::map<std::string, std::shared_ptr<listener>> acceptors_;
};

} // namespace troupe::front::session
