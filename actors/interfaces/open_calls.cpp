#include "actors/interfaces/open_calls.hpp"

namespace troupe {

open_call facts_of(const pending_call& c) {
  open_call facts;
  facts.request_id = c.what.request_id;
  facts.kind = c.what.kind;
  facts.key = c.what.key;
  facts.priority = c.what.priority;
  facts.taken = c.what.taken;
  facts.deaths = c.deaths;
  facts.trace = c.what.trace;
  if (!c.what.session.empty())
    facts.from = {caller_kind::session, c.what.session.str()};
  else if (c.sink)
    facts.from = c.sink->origin();
  return facts;
}

fault taken_back(const std::string& worker) {
  fault why{code::cancelled, "by an operator"};
  if (!worker.empty())
    why.details.worker = worker_facts{worker};
  return why;
}

fault no_such_call(const call_id& id) {
  return {code::not_found, "no call " + to_string(id)
                               + " is open: it has ended, or has moved to another node"};
}

} // namespace troupe
