#include "actors/public/pool_actor.hpp"

#include "actors/public/node_host.hpp"

#include <map>
#include <utility>

namespace troupe {

namespace {

/// With what the node's threads tell it.
using bridge_actor =
    pool_actor::extend_with<caf::typed_actor<caf::reacts_to<uint64_t, std::string>,
                                             caf::reacts_to<uint64_t, caf::error>>>;

/// Makes calls at a host that others own.
class borrower : public caller {
public:
  explicit borrower(std::shared_ptr<node_host> host)
    : caller(std::move(host)) {}
};

struct bridge_state {
  struct open_call {
    caf::typed_response_promise<std::string> promise;
    tag_id tag;
  };

  explicit bridge_state(caf::local_actor*) {}

  /// Ends the call of this number; nothing if it has ended.
  template <class T>
  void settle(uint64_t number, T&& with) {
    if (auto node = open.extract(number))
      node.mapped().promise.deliver(std::forward<T>(with));
  }

  static inline const char* name = "pool";

  std::map<uint64_t, open_call> open;
  uint64_t last = 0;
};

static_assert(!std::is_aggregate_v<bridge_state>);

using bridge_self = bridge_actor::stateful_pointer<bridge_state>;

caf::error gone() {
  return to_error({code::shutting_down, "the node is not there any more"});
}

bridge_actor::behavior_type bridge_behavior(bridge_self self,
                                            const std::weak_ptr<node_host>& at,
                                            const std::string& to,
                                            const call_options& options) {
  self->set_exit_handler([self, at](caf::exit_msg& m) {
    auto host = at.lock();
    for (auto& [number, c] : std::exchange(self->state.open, {})) {
      if (host)
        host->cancel(c.tag);
      c.promise.deliver(to_error({code::cancelled, "the actor of the pool has ended"}));
    }
    self->quit(std::move(m.reason));
  });
  return {
      [self, at, to, options](const std::string& kind,
                              const std::string& payload) -> caf::result<std::string> {
        auto host = at.lock();
        if (!host)
          return gone();
        auto& st = self->state;
        auto number = ++st.last;
        auto promise = self->make_response_promise<std::string>();
        st.open.emplace(number, bridge_state::open_call{promise, {}});
        // The handler is called on a thread of the node.
        auto tag = borrower{std::move(host)}.begin_call(
            to, kind, payload,
            [me = bridge_actor{self}, number](result<call_answer> r) {
              if (r)
                caf::anon_send(me, number, r->payload.str());
              else
                caf::anon_send(me, number, to_error(r.error()));
            },
            options);
        st.open[number].tag = tag;
        return promise;
      },
      [self](uint64_t number, std::string& result) {
        self->state.settle(number, std::move(result));
      },
      [self](uint64_t number, caf::error& why) {
        self->state.settle(number, std::move(why));
      },
  };
}

} // namespace

pool_actor spawn_pool_actor(caf::actor_system& system, const caller& at, std::string to,
                            call_options options) {
  return system.spawn(bridge_behavior, at.weak_host(), std::move(to), std::move(options));
}

} // namespace troupe
