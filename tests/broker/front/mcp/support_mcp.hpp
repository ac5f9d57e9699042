#pragma once

#include "broker/front/mcp/endpoint.hpp"

#include <boost/test/unit_test.hpp>

/// Requests of fronts of MCP, without a connection.
namespace troupe::testing {

using namespace troupe::front;
using namespace troupe::front::mcp;

namespace front_web = troupe::front::web;

/// Notes what a task answers and asks for.
struct recording_answer : front_web::web_answer {
  void send_interim(const front_web::answer_head&) override {}
  void send(const front_web::answer_head& h, std::string_view b) override {
    head = h;
    body = b;
    ended = true;
  }
  void send_file(const front_web::answer_head&, front_web::file_part) override {}
  void begin_stream(const front_web::answer_head& h) override { head = h; }
  void refuse(const http::http_refusal& why) override {
    head.status = http::status_of(why);
    ended = true;
  }
  void send_part(std::string_view bytes) override { body += bytes; }
  void end_stream() override { ended = true; }
  void break_stream(const fault&) override { ended = true; }
  result<> call_pool(std::string_view pool, call c) override {
    to = pool;
    what = std::move(c);
    if (is_down)
      return failure(code::pool_not_found, "no pool named mcp");
    return {};
  }
  void call_actor(const callee_actor&, call) override {}
  void cancel_call() override {}
  std::function<void()> canceller() override {
    return [this] { cancelled = true; };
  }

  std::string header(std::string_view name) const {
    for (auto& [key, value] : head.headers)
      if (key == name)
        return value;
    return {};
  }

  front_web::answer_head head;
  std::string body;
  bool ended = false;
  bool is_down = false;
  bool cancelled = false;
  std::string to;
  call what;
};

inline config::web front_config() {
  config::web c;
  c.name = "tools";
  c.pool = "mcp";
  c.mcp.allow_origins = {"https://app.example"};
  return c;
}

using header_list = std::vector<std::pair<std::string, std::string>>;

/// One request, its task and its answer.
struct mcp_exchange {
  mcp_exchange(endpoint& e, const std::string& method, header_list headers,
               const std::string& body = {}) {
    fields.method_string({method.data(), method.size()});
    fields.target("/mcp?x=1");
    fields.version(11);
    for (auto& [key, value] : headers)
      fields.insert(key, value);
    front_web::web_request request{fields, "127.0.0.1", "http", "127.0.0.1:80"};
    task = e.take(request);
    BOOST_TEST_REQUIRE(task);
    BOOST_TEST(task->take_body(body.substr(0, body.size() / 2)).has_value());
    BOOST_TEST(task->take_body(body.substr(body.size() / 2)).has_value());
    task->begin(request, answer);
  }

  void ends(const std::string& payload) {
    call_result r = outcome{shared_bytes{payload}};
    task->on_outcome(r, answer);
  }
  void fails(fault why) {
    call_result r = failure(std::move(why));
    task->on_outcome(r, answer);
  }
  unsigned status() const { return answer.head.status; }

  http::http_fields fields;
  std::unique_ptr<front_web::web_task> task;
  recording_answer answer;
};

} // namespace troupe::testing
