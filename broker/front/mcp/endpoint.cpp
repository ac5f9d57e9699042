#include "broker/front/mcp/endpoint.hpp"

#include "broker/front/mcp/listen_task.hpp"
#include "broker/front/mcp/own_server.hpp"
#include "broker/front/mcp/post_task.hpp"
#include "broker/front/mcp/rpc_answer.hpp"
#include "protocol/base/address.hpp"

#include <algorithm>

namespace troupe::front::mcp {

namespace {

constexpr auto methods = "GET, POST, DELETE, OPTIONS";

/// A request without a message that only has a head as its answer.
class plain_task : public web::web_task {
public:
  result<> take_body(std::string_view) override { return {}; }
  void begin(const web::web_request& request, web::web_answer& answer) override;
};

void plain_task::begin(const web::web_request& request, web::web_answer& answer) {
  if (request.method() != "OPTIONS") {
    auto head = head_for(request, 405);
    head.headers.emplace_back("Allow", methods);
    return answer.send(head, {});
  }
  auto head = head_for(request, 204);
  head.headers.emplace_back("Access-Control-Allow-Methods", methods);
  head.headers.emplace_back("Access-Control-Allow-Headers",
                            "Content-Type, Accept, Last-Event-ID, Mcp-Session-Id,"
                            " MCP-Protocol-Version");
  answer.send(head, {});
}

/// The end of a session.
class end_task : public web::web_task {
public:
  explicit end_task(endpoint_terms_ptr terms)
    : terms_(std::move(terms)) {}

  result<> take_body(std::string_view) override { return {}; }
  void begin(const web::web_request& request, web::web_answer& answer) override;
  void on_outcome(call_result& result, web::web_answer& answer) override;

private:
  void refuse(const fault& why, web::web_answer& answer);

  endpoint_terms_ptr terms_;
  /// Of the answer.
  web::answer_head head_;
};

void end_task::begin(const web::web_request& request, web::web_answer& answer) {
  auto session = find_session(*terms_, request, "null", answer);
  if (!session)
    return;
  head_ = head_for(request, 204);
  if (!terms_->own_servers) {
    terms_->sessions.end(session->id);
    return answer.send(head_, {});
  }
  auto asked = answer.call_pool(node_target, to_end_server(session->pool));
  if (!asked)
    refuse(asked.error(), answer);
}

void end_task::on_outcome(call_result& result, web::web_answer& answer) {
  if (result)
    answer.send(head_, {});
  else
    refuse(result.error(), answer);
}

void end_task::refuse(const fault& why, web::web_answer& answer) {
  auto has_ended = tells_of_end(why);
  head_.status = has_ended ? 404 : 503;
  head_.headers.emplace_back("Content-Type", "application/json");
  answer.send(head_, has_ended ? no_session_message("null") : error_message("null", why));
}

/// A request of a page that may not connect.
class refusal_task : public web::web_task {
public:
  result<> take_body(std::string_view) override { return {}; }
  void begin(const web::web_request&, web::web_answer& answer) override {
    answer.refuse({{code::forbidden, "Origin: pages of this origin may not connect; "
                                     "allow_origins of the front names those that may"}});
  }
};

/// Whether it is a version as MCP has them, such as `2025-06-18`; none is fine.
bool is_version(std::string_view text) {
  constexpr std::string_view form = "0000-00-00";
  auto fits = [](char c, char as) { return as == '-' ? c == '-' : c >= '0' && c <= '9'; };
  return text.empty()
         || (text.size() == form.size()
             && std::equal(text.begin(), text.end(), form.begin(), fits));
}

/// A request that speaks a version which is none.
class version_task : public web::web_task {
public:
  result<> take_body(std::string_view) override { return {}; }
  void begin(const web::web_request& request, web::web_answer& answer) override {
    answer.send(
        head_for(request, 400, "application/json"),
        error_message("null", invalid_request,
                      "MCP-Protocol-Version: expected a date such as 2025-06-18"));
  }
};

} // namespace

endpoint::endpoint(const config::web& config, std::string node)
  : terms_(std::make_shared<endpoint_terms>(config, std::move(node))) {}

std::unique_ptr<web::web_task> endpoint::take(const web::web_request& request) {
  if (request.path() != terms_->path)
    return nullptr;
  if (!terms_->origins.allows(request.header("Origin"), request.scheme, request.host))
    return std::make_unique<refusal_task>();
  if (!is_version(request.header("MCP-Protocol-Version")))
    return std::make_unique<version_task>();
  if (request.method() == "POST")
    return std::make_unique<post_task>(terms_);
  if (request.method() == "GET")
    return std::make_unique<listen_task>(terms_);
  if (request.method() == "DELETE")
    return std::make_unique<end_task>(terms_);
  return std::make_unique<plain_task>();
}

web::answer_head head_for(const web::web_request& request, unsigned status,
                          std::string_view content_type) {
  web::answer_head head{status, {}};
  if (!content_type.empty())
    head.headers.emplace_back("Content-Type", content_type);
  if (content_type == "text/event-stream")
    head.headers.emplace_back("Cache-Control", "no-store");
  if (auto page = request.header("Origin"); !page.empty()) {
    head.headers.emplace_back("Access-Control-Allow-Origin", page);
    head.headers.emplace_back("Access-Control-Expose-Headers", "Mcp-Session-Id");
    head.headers.emplace_back("Vary", "Origin");
  }
  return head;
}

std::optional<named_session> find_session(const endpoint_terms& terms,
                                          const web::web_request& request,
                                          std::string_view id, web::web_answer& answer) {
  auto named = request.header("Mcp-Session-Id");
  if (auto own = terms.own_servers ? own_session::parse(named) : std::nullopt;
      own && terms.sessions.is_open(own->number))
    return named_session{named, server_of(terms.pool, *own)};
  if (!terms.own_servers && terms.sessions.is_open(named))
    return named_session{named, terms.pool};
  if (named.empty())
    answer.send(head_for(request, 400, "application/json"),
                error_message(id, invalid_request,
                              "Mcp-Session-Id is missing: a session begins with"
                              " initialize"));
  else
    answer.send(head_for(request, 404, "application/json"), no_session_message(id));
  return std::nullopt;
}

} // namespace troupe::front::mcp
