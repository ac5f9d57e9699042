#pragma once

#include "actors/interfaces/worker_registry.hpp"
#include "actors/loop/loop.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <vector>

namespace troupe::supervisor {

/// Where a worker lives, and what starts its child there.
struct worker_place {
  os::launcher_ptr starter;
  /// Null: where its supervisor runs.
  loop::event_loop* loop = nullptr;
  /// Among the loops of the pool.
  size_t number = 0;
};

/// The loops that the workers of a pool are spread over. Children live on the loop of
/// their worker, so each loop has a launcher, which is made with its first worker. For
/// the pool's own loop.
class worker_loops {
public:
  using make_launcher = std::function<os::launcher_ptr(loop::event_loop&)>;

  /// All workers live where the supervisor runs.
  worker_loops(os::launcher_ptr only)
    : places_{{std::move(only)}} {}

  /// @param all The loops of the node, that of the pool first.
  worker_loops(const std::vector<loop::event_loop*>& all, make_launcher make);
  /// Launchers go where they were: what they hold is of their loop.
  ~worker_loops();
  worker_loops(const worker_loops&) = default;
  worker_loops& operator=(const worker_loops&) = default;

  /// Returns where the worker with this index lives in a pool that is spread over so many
  /// loops: they take turns.
  const worker_place& place_of(int32_t index, uint32_t loops);

  /// As of a launcher, for all loops: before whatever is launched from now on.
  void renew();
  void revert();
  /// The same, for the loops from the one with this number among those of the pool.
  void rest(size_t first = 0);

private:
  void tell(void (os::launcher::*what)(), size_t first);

  std::vector<worker_place> places_;
  make_launcher make_;
};

} // namespace troupe::supervisor
