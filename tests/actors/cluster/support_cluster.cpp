#include "tests/actors/cluster/support_cluster.hpp"

#include "actors/cluster/call_results.hpp"
#include "protocol/base/address.hpp"

#include <array>

namespace troupe::testing {

std::string observer_record::condition_of(const std::string& node) const {
  constexpr std::array words{"up", "suspect", "down"};
  std::string last;
  for (auto& r : reports)
    if (r.node == node)
      last = words.at(static_cast<size_t>(r.condition));
  return last;
}

namespace {

peer_observer_actor::behavior_type observe(const std::shared_ptr<observer_record>& r) {
  return {
      [r](link_report& x) { r->reports.push_back(std::move(x)); },
      [r](peer_opened& x) { r->opened.push_back(std::move(x)); },
      [r](peer_view& x) { r->views.push_back(std::move(x)); },
  };
}

gate_actor::behavior_type stand_in(gate_actor::pointer me,
                                   const std::shared_ptr<gate_record>& r) {
  return {
      [r](link_open& m) {
        r->more.push_back(m.more);
        r->opened.push_back(std::move(m));
      },
      [r](link_calls& m) {
        r->more.push_back(m.more);
        ++r->batches;
        for (auto& c : m.calls)
          r->calls.push_back(std::move(c));
      },
      [r](const link_cancel& m) {
        r->more.push_back(m.more);
        r->cancelled.insert(r->cancelled.end(), m.ids.begin(), m.ids.end());
      },
      [r](link_taken& m) {
        r->more.push_back(m.more);
        r->taken.push_back(std::move(m));
      },
      [r, me](const link_beat& m) {
        r->more.push_back(m.more);
        r->beats.push_back(m.number);
        if (r->answers)
          me->send(caf::actor_cast<link_actor>(me->current_sender()), m);
      },
      [r](link_view& m) {
        r->more.push_back(m.more);
        r->views.push_back(std::move(m));
      },
      [](atom::leave) {},
      [](atom::drain) { return atom::drain_v; },
      [](internal::check_unsent) {},
  };
}

/// Counts the messages with calls that it is sent.
class counting_gate : public verified<gate_self> {
public:
  counting_gate(caf::actor_config& cfg, init f, std::shared_ptr<size_t> count)
    : verified<gate_self>(cfg, std::move(f))
    , count_(std::move(count)) {}

  void enqueue(caf::mailbox_element_ptr what, caf::execution_unit* unit) override {
    *count_ += what->content().match_elements<link_calls>() ? 1 : 0;
    verified<gate_self>::enqueue(std::move(what), unit);
  }

private:
  std::shared_ptr<size_t> count_;
};

} // namespace

cluster_fixture::~cluster_fixture() {
  // Actors look into the directories: they go first.
  for (auto& x : kept)
    caf::anon_send_exit(x, caf::exit_reason::kill);
  run();
}

cluster_fixture::node_side& cluster_fixture::at(const std::string& name) {
  if (auto i = nodes.find(name); i != nodes.end())
    return *i->second;
  auto& n = *nodes.emplace(name, std::make_unique<node_side>(name)).first->second;
  n.observer =
      keep(sys.spawn([r = n.seen](peer_observer_actor::pointer) { return observe(r); }));
  route_context routing{&n.names, n.others,
                        [this](size_t below) { return picks++ % below; }};
  n.route = keep(sys.spawn<verified<route_self>>(
      [routing](route_self* me) { return route_behavior(me, routing); }));
  n.names.set_route(n.route, n.others);
  gate_context taking{&n.names, n.observer, {}, more};
  n.gate = keep(sys.spawn<counting_gate>(
      [taking](gate_self* me) { return gate_behavior(me, taking); }, n.call_messages));
  run();
  return n;
}

cluster_fixture::pool_side& cluster_fixture::add_pool(const std::string& node,
                                                      const std::string& name,
                                                      uint32_t window,
                                                      uint64_t max_frame) {
  auto& n = at(node);
  auto shared = std::make_shared<pool_context>(*context());
  shared->config.name = name;
  shared->config.max_frame = max_frame;
  shared->directory = &n.names;
  shared->sharing.spill_after = 50ms;
  auto& p = n.pools[name];
  p.load = shared->sharing.load;
  p.broker = keep(sys.spawn(broker::broker_behavior, pool_context_ptr{shared}));
  p.record = std::make_shared<worker_record>();
  p.worker = make_worker(p.record);
  tell(p.broker, atom::join_v, member{p.worker, 0, incarnation_id{1}, window});
  directory::table table;
  for (auto& [other, side] : n.pools)
    table.try_emplace(other, side.broker, config::worker_traits{}, side.load);
  n.names.set(std::move(table));
  return p;
}

link_actor cluster_fixture::open_link_to(const std::string& from, const std::string& to) {
  auto& n = at(from);
  link_context c{{from, node_incarnation{1}, n.gate},
                 {to, node_incarnation{1}, at(to).gate},
                 n.route,
                 n.observer,
                 5000ms,
                 {},
                 more};
  c.calls_open = calls_open;
  c.slots = [this](std::string_view of) { return slots ? slots(of) : 1'000'000U; };
  n.links[to] = keep(sys.spawn<verified<link_self>>(
      [c](link_self* me) { return link_behavior(me, c); }));
  run();
  return n.links[to];
}

link_actor cluster_fixture::open_link_to(const std::string& from, const std::string& to,
                                         const std::shared_ptr<gate_record>& record) {
  at(to).gate =
      keep(sys.spawn([record](gate_actor::pointer me) { return stand_in(me, record); }));
  return open_link_to(from, to);
}

void cluster_fixture::connect(const std::string& a, const std::string& b) {
  open_link_to(a, b);
  open_link_to(b, a);
}

void cluster_fixture::tell_view(const std::string& node,
                                const std::map<std::string, node_state>& states) {
  view::table t;
  for (auto& [name, n] : nodes) {
    if (name == node)
      continue;
    auto state = states.find(name);
    t.nodes[name] = {state == states.end() ? node_state::up : state->second,
                     node_incarnation{1}};
    for (auto& [ran, p] : n->pools)
      t.pools[ran].push_back(
          {name,
           {p.load->free, p.load->waiting, p.load->running, p.load->size},
           false,
           p.load->max_frame});
  }
  at(node).others->set(std::move(t));
}

void cluster_fixture::tell_views() {
  for (auto& [name, n] : nodes)
    tell_view(name);
}

void cluster_fixture::kill(const caf::actor& who) {
  caf::anon_send_exit(who, caf::exit_reason::kill);
  run();
}

call cluster_fixture::make(uint64_t tag) const {
  call c;
  c.kind = shared_bytes{std::string{"k"}};
  c.payload = shared_bytes{std::to_string(tag)};
  c.taken = now();
  return c;
}

void cluster_fixture::submit(const std::string& node, const std::string& to, uint64_t tag,
                             call c) {
  auto& names = at(node).names;
  auto table = names.get();
  auto callee = names.find(*table, to, c);
  if (!callee) {
    sink->settle(tag_id{tag}, failed(callee.error()));
    return;
  }
  submissions batch;
  batch.push_back({std::move(c), sink, tag_id{tag}});
  tell(*callee, std::move(batch));
}

void cluster_fixture::answer(pool_side& p, size_t j, const std::string& payload) {
  instruct(p.worker, p.record, [=, r = p.record](worker_actor::pointer) {
    r->jobs.at(j).answer.deliver(
        outcome{shared_bytes{payload}, shared_bytes{std::string{"w.0"}}});
  });
}

void cluster_fixture::fail(pool_side& p, size_t j, const fault& why) {
  instruct(p.worker, p.record, [=, r = p.record](worker_actor::pointer) {
    r->jobs.at(j).answer.deliver(to_error(why));
  });
}

void cluster_fixture::say_part(pool_side& p, size_t j, const std::string& bytes,
                               const std::shared_ptr<stream_flow>& flow) {
  auto& what = p.record->jobs.at(j).what;
  flow->add(bytes.size());
  what.stream->chunk(what.tag, shared_bytes{bytes}, flow);
  run();
}

std::vector<uint64_t> cluster_fixture::payloads(const pool_side& p) const {
  std::vector<uint64_t> tags;
  for (auto& j : p.record->jobs)
    tags.push_back(std::stoull(j.what.payload.str()));
  return tags;
}

link_state& cluster_fixture::link_of(const std::string& from, const std::string& to) {
  auto& handle = at(from).links.at(to);
  return static_cast<link_self*>(caf::actor_cast<caf::abstract_actor*>(handle))->state;
}

} // namespace troupe::testing
