// Whatever happens to three nodes, each call ends once and none that must not runs twice.
#include "tests/actors/cluster/support_cluster.hpp"

#include <array>
#include <random>
#include <set>

using namespace troupe;
using namespace troupe::testing;

namespace clusters_at_random {

struct random_cluster : cluster_fixture {
  static constexpr std::array names = {"alpha", "beta", "gamma"};

  void begin(unsigned seed) {
    engine.seed(seed);
    for (auto name : names)
      add_pool(name, "p", 2);
    connect("alpha", "beta");
    connect("alpha", "gamma");
    connect("beta", "gamma");
    tell_views();
  }

  size_t below(size_t n) { return engine() % n; }
  std::string any_node() { return names[below(names.size())]; }

  void submit_any() {
    auto tag = next_tag++;
    auto c = make(tag);
    c.idempotent = below(2) == 0;
    if (c.idempotent)
      repeatable.insert(tag);
    if (below(4) == 0)
      c.timeout = milliseconds{1 + below(200)};
    if (below(4) == 0)
      c.key = std::to_string(below(5));
    auto to = std::string{"p"};
    if (below(5) == 0)
      to += "@" + any_node();
    submit(any_node(), to, tag, c);
  }

  /// Some worker answers one of the jobs that it still has.
  void answer_any() {
    auto& p = at(any_node()).pools.at("p");
    for (size_t j = 0; j < p.record->jobs.size(); ++j)
      if (p.record->jobs[j].answer.pending()) {
        answer(p, j, p.record->jobs[j].what.payload.str());
        return;
      }
  }

  void cancel_any() {
    auto tag = 1 + below(next_tag);
    auto node = any_node();
    // A client asks whoever took the call from it: one of these.
    cancel(node, tag);
    tell(at(node).pools.at("p").broker, atom::cancel_v, reply_sink_ptr{sink},
         tag_id{tag});
  }

  /// The connection from one node to another breaks, and is there again.
  void reconnect_any() {
    auto from = any_node();
    auto to = any_node();
    if (from == to)
      return;
    tell(at(from).links.at(to), atom::stop_v, fault{code::node_down, "cut"});
    open_link_to(from, to);
  }

  void step() {
    switch (below(12)) {
      case 0:
      case 1:
      case 2:
      case 3:
        return submit_any();
      case 4:
      case 5:
      case 6:
      case 7:
        return answer_any();
      case 8:
        return cancel_any();
      case 9:
        return tell_views();
      case 10:
        return advance(milliseconds{1 + below(60)});
      default:
        return reconnect_any();
    }
  }

  void end() {
    for (int i = 0; i < 200; ++i) {
      for (auto name : names) {
        auto& p = at(name).pools.at("p");
        for (size_t j = 0; j < p.record->jobs.size(); ++j)
          if (p.record->jobs[j].answer.pending())
            answer(p, j, p.record->jobs[j].what.payload.str());
      }
      advance(2ms);
    }
  }

  /// How often each call was given to a worker.
  std::map<uint64_t, size_t> runs() {
    std::map<uint64_t, size_t> all;
    for (auto name : names)
      for (auto tag : payloads(at(name).pools.at("p")))
        ++all[tag];
    return all;
  }

  std::minstd_rand engine;
  uint64_t next_tag = 1;
  std::set<uint64_t> repeatable;
};

} // namespace clusters_at_random

BOOST_FIXTURE_TEST_SUITE(clusters_at_random, random_cluster)

BOOST_AUTO_TEST_CASE(each_call_ends_once_whatever_happens) {
  begin(20261126);
  for (int i = 0; i < 1500; ++i)
    step();
  end();
  for (uint64_t tag = 1; tag < next_tag; ++tag)
    BOOST_TEST(sink->count(tag) == 1u, "call " << tag << " ended " << sink->count(tag));
  for (auto& [tag, n] : runs())
    BOOST_TEST((n == 1 || repeatable.count(tag) > 0), "call " << tag << " ran " << n);
  for (uint64_t tag = 1; tag < next_tag; ++tag)
    if (auto r = sink->result(tag); !r.empty())
      BOOST_TEST(r == std::to_string(tag)); // nobody's answer is another's
  BOOST_TEST(next_tag > 300u);
}

BOOST_AUTO_TEST_SUITE_END()
