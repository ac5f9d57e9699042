#include "actors/os/preloader.hpp"

#include <algorithm>
#include <utility>

namespace troupe::os {

using std::chrono::milliseconds;

preloader::~preloader() {
  if (all_.empty())
    return; // the loop may be gone
  auto drop = [all = std::exchange(all_, {})] {
    for (auto& e : all)
      e.process->drop();
  };
  if (loop::event_loop::current() == &loop_)
    drop();
  else
    loop_.post(drop);
}

void preloader::fork(fork_request r) {
  auto order = r.spec.preload;
  auto found = find(*order);
  auto& from = found ? *found : add(order, milliseconds{0});
  from.fork(std::move(r));
}

bool preloader::withdraw(const void* key) {
  return std::any_of(all_.begin(), all_.end(),
                     [key](auto& e) { return e.process->withdraw(key); });
}

void preloader::renew() {
  for (auto& e : all_)
    e.stale = true;
}

void preloader::revert() {
  for (auto& e : all_)
    e.stale = false;
}

void preloader::rest() {
  for (auto& e : std::exchange(all_, {}))
    e.process->retire();
}

preloaded* preloader::find(const preload_order& order) const {
  auto found = std::find_if(all_.rbegin(), all_.rend(), [&](auto& e) {
    return !e.stale && loads_the_same(e.process->order(), order);
  });
  return found == all_.rend() ? nullptr : found->process.get();
}

preloaded& preloader::add(const std::shared_ptr<const preload_order>& order,
                          milliseconds delay) {
  all_.push_back({std::make_shared<preloaded>(loop_, spawner_, order, observer_, *this)});
  auto& added = *all_.back().process;
  added.start(delay);
  return added;
}

/// The youngest that is ready stays. What others were asked for, they still do.
void preloader::on_ready(preloaded& which) {
  auto at = std::find_if(all_.begin(), all_.end(),
                         [&](auto& e) { return e.process.get() == &which; });
  auto is_ready = [](auto& e) { return e.process->is_ready(); };
  auto last = std::find_if(all_.rbegin(), all_.rend(), is_ready);
  auto youngest = last == all_.rend() ? at : std::prev(last.base());
  std::vector<entry> stay;
  std::vector<entry> go;
  for (auto i = all_.begin(); i != all_.end(); ++i)
    (i < youngest && i->process->is_ready() ? go : stay).push_back(*i);
  all_ = std::move(stay);
  for (auto& e : go)
    e.process->retire();
}

void preloader::on_lost(preloaded& which, bool was_ready) {
  auto order = which.shared_order();
  std::erase_if(all_, [&](auto& e) { return e.process.get() == &which; });
  if (!was_ready) {
    revert(); // what was loaded before is better than nothing
    return;
  }
  auto delay = next_delay(which);
  if (!find(*order))
    add(order, delay);
}

milliseconds preloader::next_delay(const preloaded& lost) {
  auto& rules = lost.order();
  auto lasted = preloaded::clock::now() - lost.ready_since() >= rules.period;
  failures_ = lasted ? 0 : failures_ + 1;
  if (failures_ == 0)
    return milliseconds{0};
  auto delay = rules.restart_delay;
  for (uint32_t i = 1; i < failures_ && delay < rules.max_delay; ++i)
    delay *= 2;
  return std::min(delay, rules.max_delay);
}

} // namespace troupe::os
