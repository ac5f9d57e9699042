#include "actors/interfaces/log_record.hpp"
#include "actors/node/node.hpp"
#include "protocol/config/loops.hpp"

#include <spdlog/spdlog.h>

#include <utility>

/// A pool gets another configuration, and NODE learns which one it runs.
namespace troupe::node {

namespace {

/// Returns why the configuration of the pool cannot become `to` now; empty if it can.
std::string why_not(const pool_entry& entry, const config::pool& to, size_t loops) {
  if (to.starts_workers() != entry.context->config.starts_workers())
    return "external: cannot change while pool " + to.name + " is there: remove it first";
  if (auto why = config::why_too_few_loops(to, loops); !why.empty())
    return "loops: " + why;
  // Made from what the pool runs now, it would undo what is on trial, or be undone by it.
  if (entry.trial)
    return "an earlier change of pool " + to.name
           + " is on trial until its first worker is ready";
  return {};
}

} // namespace

bool pool_entry::runs(const config::pool& wanted) const {
  return !changed_in_part && context->config == wanted
         && (!trial || trial->config == wanted);
}

void node_state::change_pool(pool_entry& entry, const config::pool& to,
                             reload_scope scope,
                             std::function<void(const result<quantity>&)> done) {
  if (auto why = why_not(entry, to, context->runtime.loops.size()); !why.empty()) {
    done(failure(code::conflict, std::move(why)));
    return;
  }
  auto fresh = reconfigured(*entry.context, to);
  auto may_replace =
      scope == reload_scope::all || !config::same_workers(to, entry.context->config);
  self->request(entry.supervisor, caf::infinite, atom::reload_v, fresh, scope)
      .then(
          [this, fresh, may_replace, done](quantity replaced) {
            end_trial(fresh, true); // what is asked next may come before that answer
            if (auto e = find_pool(fresh->config.name); e && may_replace)
              e->changed_in_part = false;
            done(replaced);
          },
          [this, fresh, done](caf::error& e) {
            auto why = to_fault(e);
            fail_change(fresh, why);
            done(failure(std::move(why)));
          });
  if (!may_replace)
    return take_over(entry, fresh); // SUPERVISOR does so at once
  entry.trial = fresh;
  self->request(entry.supervisor, caf::infinite, atom::reconfigure_v)
      .then(
          [this, fresh](const pool_context_ptr& now) { end_trial(fresh, now == fresh); },
          [this, fresh](caf::error&) { end_trial(fresh, false); });
}

void node_state::end_trial(const pool_context_ptr& fresh, bool good) {
  auto entry = find_pool(fresh->config.name);
  if (!entry || entry->trial != fresh)
    return;
  entry->trial = nullptr;
  if (!good)
    return;
  entry->rolling = fresh;
  take_over(*entry, fresh);
}

void node_state::take_over(pool_entry& entry, const pool_context_ptr& fresh) const {
  entry.context = fresh;
  if (context->fronts.expect_frames)
    context->fronts.expect_frames(fresh->config.max_frame);
}

void node_state::fail_change(const pool_context_ptr& fresh, const fault& why) {
  auto& pool = fresh->config.name;
  auto entry = find_pool(pool);
  if (entry && entry->rolling == fresh) {
    entry->changed_in_part = true; // SUPERVISOR has logged why
    return;
  }
  write_log(*context->log, spdlog::level::err,
            {.event = "pool_not_changed", .pool = pool, .code = to_string(why.what)},
            "{}: not changed: {}", pool, why.message);
}

} // namespace troupe::node
