#include "actors/node/terminal_survey.hpp"

#include "actors/interfaces/fan_in.hpp"
#include "protocol/base/json_document.hpp"

#include <chrono>
#include <memory>

namespace troupe::node {

namespace {

namespace json = boost::json;
using namespace std::chrono_literals;

using terminal_question = fan_in<terminal_answers>;

void ask_one(node_state& node, terminal_question& all, const char* kind,
             const broker_actor& broker, const std::pair<std::string, int32_t>& which) {
  auto question = to_terminal(kind, which.second);
  question.timeout = 500ms; // it may have ended meanwhile
  all.expect<outcome>(node.self->request(broker, caf::infinite, std::move(question)),
                      [which](terminal_answers& found, outcome& o) {
                        json::error_code ec;
                        auto text = o.payload.view();
                        auto answer = parse_document(text, ec);
                        if (!ec && answer.is_object())
                          found[which] = std::move(answer);
                      });
}

/// Asks only workers that run: in an elastic pool, a call to another would start it.
void ask_pool(node_state& node, const std::shared_ptr<terminal_question>& all,
              const char* kind, const std::string& pool, const pool_entry& p) {
  all->expect<pool_status>(node.self->request(p.supervisor, 2s, atom::status_v),
                           [&node, all, kind, pool,
                            broker = p.broker](terminal_answers&, pool_status& status) {
                             for (auto& s : status.replicas)
                               if (s.worker.state == shown_state::ready)
                                 ask_one(node, *all, kind, broker, {pool, s.index});
                           });
}

} // namespace

call to_terminal(const char* kind, int32_t index, shared_bytes payload) {
  call c;
  c.kind = shared_bytes{std::string{kind}};
  c.payload = std::move(payload);
  c.worker = index;
  c.taken = steady_clock::now();
  return c;
}

void ask_terminals(node_state& node, const char* kind,
                   std::function<void(terminal_answers&)> finish) {
  auto all = std::make_shared<terminal_question>(std::move(finish));
  for (auto& [name, entry] : node.pools)
    if (entry.context->config.workers.has_terminal && !entry.removing)
      ask_pool(node, all, kind, name, entry);
  all->close();
}

} // namespace troupe::node
