#pragma once

#include "actors/process/unique_fd.hpp"
#include "broker/client/client.hpp"
#include "protocol/line_splitter.hpp"

#include <cstdint>
#include <deque>
#include <variant>

namespace troupe {

/// A client on the node's unix socket.
class socket_client : public client {
public:
  /// Connects to the socket at `path`; `unavailable` where nobody listens there.
  static std::variant<client_ptr, fault> connect(const std::string& path);

  call_result call(std::string_view to, std::string_view kind, std::string_view payload,
                   const call_options& options, const chunk_handler& on_chunk) override;

private:
  socket_client(std::string path, unique_fd fd);

  std::optional<fault> reconnect();
  std::optional<fault> send(std::string_view bytes);
  /// Waits for the next line.
  std::variant<slice, fault> receive();
  /// Gives the connection up; returns why.
  fault broken(const std::string& why);

  std::string path_;
  unique_fd fd_;
  line_splitter lines_;
  /// Complete lines that were not looked at yet.
  std::deque<slice> received_;
  uint64_t last_id_ = 0;
};

} // namespace troupe
