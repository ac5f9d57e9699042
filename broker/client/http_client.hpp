#pragma once

#include "broker/client/client.hpp"
#include "broker/client/trust.hpp"
#include "protocol/base/result.hpp"

namespace troupe::client {

/// A client on the node's HTTP interface. The connection is kept between calls.
class http_client : public node_client {
public:
  /// Connects to the node at `url`; `unavailable` where nobody answers there, or where
  /// the URL is none that this client speaks.
  /// @param url `http://HOST[:PORT][/PATH]`, or `https://…`; a path stands before those
  /// of the node.
  /// @param api_key Sent with every call; empty for none.
  /// @param whom For https.
  static result<client_ptr> connect(const std::string& url, std::string api_key,
                                    trust whom = {}, patience p = {});

  /// Looks for a page at `path` of the node at `url`, without a key. Fails with what the
  /// node says, or why nobody can be asked.
  static result<> find(const std::string& url, const std::string& path, trust whom = {},
                       patience p = {});

  ~http_client() override;

  void set_patience(patience p) override;

  call_result call(std::string_view to, std::string_view kind, std::string_view payload,
                   const call_options& options, const chunk_handler& on_chunk) override;

private:
  class connection;

  http_client(std::unique_ptr<connection> c, std::string api_key);

  std::unique_ptr<connection> connection_;
  std::string api_key_;
};

} // namespace troupe::client
