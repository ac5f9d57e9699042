#pragma once

#include "actors/loop/unique_fd.hpp"
#include "broker/client/client.hpp"
#include "broker/client/node_wait.hpp"
#include "protocol/base/line_splitter.hpp"
#include "protocol/base/result.hpp"

#include <cstdint>
#include <deque>

namespace troupe::client {

/// A client on the node's unix socket.
class socket_client : public node_client {
public:
  /// Connects to the socket at `path`; `unavailable` where nobody listens there.
  static result<client_ptr> connect(const std::string& path, patience p = {});

  void set_patience(patience p) override { wait_.set(std::move(p)); }

  call_result call(std::string_view to, std::string_view kind, std::string_view payload,
                   const call_options& options, const chunk_handler& on_chunk) override;

private:
  socket_client(std::string path, node_door door, patience p);

  result<> open();
  result<> send(std::string_view bytes);
  /// Waits for the next line.
  result<shared_bytes> receive();
  /// Ends the connection to a node that does not answer; returns that.
  fault given_up();
  /// Gives the connection up; returns why.
  fault broken(const std::string& why);

  std::string path_;
  node_wait wait_;
  node_door door_;
  loop::unique_fd fd_;
  line_splitter lines_;
  /// Complete lines that were not looked at yet.
  std::deque<shared_bytes> received_;
  uint64_t last_id_ = 0;
};

} // namespace troupe::client
