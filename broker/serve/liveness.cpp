#include "broker/serve/liveness.hpp"

#include <algorithm>
#include <mutex>
#include <utility>

namespace troupe::serve {

struct liveness::state {
  std::vector<part> parts;
  std::function<void()> alive;
  std::function<void(const std::string& names)> late;

  std::mutex mutex;
  /// For each part whether the present round waits for it.
  std::vector<bool> awaited;
  /// Whether the log has been told of this round's late parts.
  bool told = false;
  bool over = false;

  bool is_round_over() const {
    return std::none_of(awaited.begin(), awaited.end(), [](bool b) { return b; });
  }

  std::string late_names() const {
    std::string names;
    for (size_t i = 0; i < parts.size(); ++i)
      if (awaited[i])
        names += (names.empty() ? "" : ", ") + parts[i].name;
    return names;
  }

  void take_answer(size_t of) {
    std::lock_guard lock{mutex};
    bool was_awaited = awaited[of];
    awaited[of] = false;
    // Under the lock: the destructor waits until `alive` has returned.
    if (was_awaited && !over && is_round_over())
      alive();
  }
};

liveness::liveness(std::vector<part> parts, std::function<void()> alive,
                   std::function<void(const std::string& names)> late)
  : state_(std::make_shared<state>()) {
  state_->awaited.resize(parts.size());
  state_->parts = std::move(parts);
  state_->alive = std::move(alive);
  state_->late = std::move(late);
}

liveness::~liveness() {
  std::lock_guard lock{state_->mutex};
  state_->over = true;
}

void liveness::tick() {
  {
    std::lock_guard lock{state_->mutex};
    if (!state_->is_round_over()) {
      if (!std::exchange(state_->told, true))
        state_->late(state_->late_names());
      return;
    }
    state_->told = false;
    state_->awaited.assign(state_->parts.size(), true);
  }
  // Without the lock: a part may answer at once.
  for (size_t i = 0; i < state_->parts.size(); ++i)
    state_->parts[i].ask([s = state_, i] { s->take_answer(i); });
}

} // namespace troupe::serve
