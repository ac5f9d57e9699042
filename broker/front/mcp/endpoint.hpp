#pragma once

#include "broker/front/mcp/open_requests.hpp"
#include "broker/front/mcp/session_ids.hpp"
#include "broker/front/page_origins.hpp"
#include "broker/front/web/web_task.hpp"
#include "protocol/config/web.hpp"

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace troupe::front::mcp {

/// What the tasks of one endpoint share. Safe to use from several threads.
struct endpoint_terms {
  endpoint_terms(const config::web& config, std::string own_node)
    : path(config.mcp.path)
    , pool(config.pool)
    , node(std::move(own_node))
    , own_servers(config.mcp.own_servers)
    , session_idle(config.mcp.session_idle)
    , origins(config.mcp.allow_origins)
    , sessions(config.name) {}

  std::string path;
  /// As a call names it.
  std::string pool;
  /// The node itself.
  std::string node;
  /// Whether each session has a server of its own.
  bool own_servers;
  std::chrono::milliseconds session_idle;
  page_origins origins;
  session_ids sessions;
  open_requests open;
};

using endpoint_terms_ptr = std::shared_ptr<endpoint_terms>;

/// MCP's Streamable HTTP over a pool of servers that speak JSON-RPC: `POST` has a message
/// of a client, `GET` streams notifications, `DELETE` ends a session.
class endpoint : public web::web_handler {
public:
  /// @param node The name of this node.
  endpoint(const config::web& config, std::string node);

  std::unique_ptr<web::web_task> take(const web::web_request& request) override;

private:
  endpoint_terms_ptr terms_;
};

/// Returns the head of an answer to `request`, with what its page may read.
web::answer_head head_for(const web::web_request& request, unsigned status,
                          std::string_view content_type = {});

/// The session of a request.
struct named_session {
  std::string_view id;
  /// Whoever serves it, as a call names it.
  std::string pool;
};

/// Returns the open session that the request names; if it names none, answers and returns
/// nothing. A session with a server of its own has ended if there is no such pool.
/// @param id The id of the message, as JSON text.
std::optional<named_session> find_session(const endpoint_terms& terms,
                                          const web::web_request& request,
                                          std::string_view id, web::web_answer& answer);

} // namespace troupe::front::mcp
