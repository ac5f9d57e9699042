#include "actors/node/terminal_survey.hpp"

#include "protocol/base/json_document.hpp"

#include <chrono>

namespace troupe::node {

namespace json = boost::json;
using namespace std::chrono_literals;

call to_terminal(const char* kind, int32_t index, shared_bytes payload) {
  call c;
  c.kind = shared_bytes{std::string{kind}};
  c.payload = std::move(payload);
  c.worker = index;
  c.taken = steady_clock::now();
  return c;
}

void terminal_survey::ask(node_state& node, const char* kind, finisher finish) {
  auto all = std::make_shared<terminal_survey>();
  all->kind_ = kind;
  all->finish_ = std::move(finish);
  for (auto& [name, entry] : node.pools)
    if (entry.context->config.on_terminals() && !entry.removing)
      all->ask_pool(node, name, entry);
  all->arrived();
}

/// Those that run: asking for another would start it, where the pool is elastic.
void terminal_survey::ask_pool(node_state& node, const std::string& pool,
                               const node_state::pool_entry& p) {
  ++missing_;
  node.self->request(p.supervisor, 2s, atom::status_v)
      .then(
          [&node, pool, broker = p.broker, me = shared_from_this()](pool_status& status) {
            for (auto& s : status.replicas)
              if (s.worker.state == "ready")
                me->ask_one(node, broker, {pool, s.index});
            me->arrived();
          },
          [me = shared_from_this()](caf::error&) { me->arrived(); });
}

void terminal_survey::ask_one(node_state& node, const broker_actor& broker,
                              const std::pair<std::string, int32_t>& which) {
  ++missing_;
  auto question = to_terminal(kind_, which.second);
  question.timeout = 500ms; // it may have ended meanwhile
  node.self->request(broker, caf::infinite, std::move(question))
      .then(
          [which, me = shared_from_this()](outcome& o) {
            json::error_code ec;
            auto text = o.payload.view();
            auto answer = parse_document(text, ec);
            if (!ec && answer.is_object())
              me->found_[which] = std::move(answer);
            me->arrived();
          },
          [me = shared_from_this()](caf::error&) { me->arrived(); });
}

void terminal_survey::arrived() {
  if (--missing_ == 0)
    finish_(found_);
}

} // namespace troupe::node
