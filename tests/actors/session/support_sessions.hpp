#pragma once

#include "actors/session/sessions.hpp"

#include "protocol/base/json_text.hpp"
#include "tests/actors/broker/support_broker.hpp"
#include "tests/actors/session/support_registry.hpp"

namespace troupe::testing {

using namespace session;

struct recording_acceptors : session_acceptors {
  void open(const std::string& id) override { all.insert(id); }
  void close(const std::string& id) override { all.erase(id); }
  void serve_pools(const std::set<std::string>&) override {}

  std::set<std::string> all;
};

/// A real SESSIONS and a real BROKER with one stand-in for a worker.
struct sessions_fixture : broker_fixture, registry_fixture {
  void start_sessions(std::vector<session_entry> left = {}) {
    start();
    join(0);
    pools.set({{"p", actor}});
    registry = std::make_shared<session_registry>(open());
    sessions_context with{&pools, context()->log, context()->events,
                          config, registry,       acceptors};
    keeper = keep(sys.spawn(sessions_behavior, with, std::move(left)));
    verify_always<sessions_self>(keeper);
    run();
  }

  /// Asks for an operation; what comes of it is in `sink` under `tag`.
  void operate(uint64_t tag, const std::string& kind, const std::string& payload) {
    call c;
    c.kind = shared_bytes{"session." + kind};
    c.payload = shared_bytes{payload};
    c.taken = now();
    submissions one;
    one.push_back({std::move(c), sink, tag_id{tag}});
    tell(keeper, std::move(one));
  }
  /// Begins a session as tag 1 and has it pause; returns its id.
  std::string begin() {
    operate(1, "run", R"({"pool":"p"})");
    asks(0);
    return text_of(1, "session_id");
  }
  /// The worker asks `q`, as its answer to the `j`th call that it took.
  void asks(size_t j) {
    auto& w = workers.at(0);
    instruct(w.actor, w.record, [j, r = w.record](worker_actor::pointer) {
      r->jobs.at(j).answer.deliver(
          outcome{shared_bytes{std::string{R"({"queries":[{"id":"q"}]})"}},
                  {},
                  step_result::paused,
                  {}});
    });
  }
  std::string text_of(uint64_t tag, std::string_view key) {
    auto r = sink->result(tag);
    BOOST_REQUIRE(!r.empty());
    return json_text::as_text(json_text::find(r, key).value_or("null")).value_or("");
  }
  static std::string named(const std::string& id, const std::string& more = "") {
    return "{\"session_id\":\"" + id + "\"" + more + "}";
  }
  std::string state_of(const std::string& id, uint64_t tag = 99) {
    sink->all.erase(tag);
    operate(tag, "status", named(id));
    return text_of(tag, "state");
  }
  /// As the registry has it.
  session_entry on_record() {
    auto all = load();
    BOOST_REQUIRE(all.size() == 1u);
    return all.front();
  }

  /// Has every write fail from now on.
  void break_registry() const {
    execute("CREATE TRIGGER broken BEFORE INSERT ON moments BEGIN SELECT RAISE(ABORT, "
            "'disk'); END");
  }
  void mend_registry() const { execute("DROP TRIGGER broken"); }
  /// The kinds of the events of sessions so far.
  std::string published_kinds() const {
    std::string out;
    for (auto& e : *published)
      if (e.kind.starts_with("session_"))
        out += e.kind + " ";
    return out;
  }

  directory pools{"n"};
  config::session config;
  std::shared_ptr<session_registry> registry;
  std::shared_ptr<recording_acceptors> acceptors =
      std::make_shared<recording_acceptors>();
  sessions_actor keeper;

  ~sessions_fixture() {
    keeper = nullptr;
    pools.set({});
  }
};

} // namespace troupe::testing
