#include "actors/interfaces/type_ids.hpp"

#include <algorithm>
#include <iterator>

namespace troupe {

namespace {

constexpr auto category = caf::atom("troupe");

/// Stands for `code::none` in the error of something that did not fail and has something
/// to tell all the same.
constexpr uint8_t no_failure = 255;

fault from_system_error(const caf::error& err) {
  switch (static_cast<caf::sec>(err.code())) {
    case caf::sec::request_timeout:
      return {code::timeout};
    case caf::sec::request_receiver_down:
    case caf::sec::remote_lookup_failed:
      return {code::unavailable, "the actor that was asked is gone"};
    default:
      return {code::internal, "actor system: " + caf::to_string(err)};
  }
}

flat_details flatten(const fault_details& x) {
  flat_details y;
  y.relayed = x.relayed;
  if (x.flaw)
    y.flaw = static_cast<int64_t>(*x.flaw);
  if (x.end) {
    y.reason = static_cast<int64_t>(x.end->reason);
    y.status_kind = static_cast<uint8_t>(x.end->status.index());
    if (auto e = std::get_if<exited>(&x.end->status))
      y.status = e->code;
    else if (auto s = std::get_if<signalled>(&x.end->status))
      y.status = s->signal;
  }
  if (x.worker) {
    y.has_worker = true;
    y.worker = x.worker->name;
    y.pid = x.worker->pid.value_or(flat_details::none);
    y.has_stderr = x.worker->stderr_lines.has_value();
    if (y.has_stderr) { // whoever reads more than the last of them refuses the message
      auto& all = *x.worker->stderr_lines;
      auto n = std::min(all.size(), limits::stderr_lines);
      y.stderr_lines.assign(all.end() - static_cast<std::ptrdiff_t>(n), all.end());
    }
  }
  y.quarantined = x.quarantined;
  if (x.retry_after)
    y.retry_after = x.retry_after->count();
  if (x.session) {
    y.has_session = true;
    y.session = x.session->id;
    y.state = static_cast<uint8_t>(x.session->state);
  }
  return y;
}

fault_details unflatten(flat_details y) {
  constexpr auto none = flat_details::none;
  fault_details x;
  x.relayed = std::move(y.relayed);
  if (y.flaw >= 0 && y.flaw < static_cast<int64_t>(request_flaw::count_))
    x.flaw = static_cast<request_flaw>(y.flaw);
  if (y.reason >= 0 && y.reason < static_cast<int64_t>(end_reason::count_)) {
    const exit_status statuses[] = {exited{y.status}, signalled{y.status}, disconnected{},
                                    unseen{}};
    auto kind = std::min<size_t>(y.status_kind, std::size(statuses) - 1);
    x.end = worker_end{static_cast<end_reason>(y.reason), statuses[kind]};
  }
  if (y.has_worker) {
    auto& worker = x.worker.emplace(worker_facts{std::move(y.worker)});
    if (y.pid != none)
      worker.pid = y.pid;
    if (y.has_stderr)
      worker.stderr_lines = std::move(y.stderr_lines);
  }
  x.quarantined = y.quarantined;
  if (y.retry_after != none)
    x.retry_after = std::chrono::milliseconds{y.retry_after};
  if (y.has_session && y.state < static_cast<uint8_t>(session_state::count_))
    x.session = session_facts{std::move(y.session), static_cast<session_state>(y.state)};
  return x;
}

} // namespace

std::vector<flat_fault> flatten(const fault& x) {
  std::vector<flat_fault> levels;
  for (auto f = &x; f && levels.size() < limits::fault_levels; f = f->details.cause.get())
    levels.push_back({static_cast<uint8_t>(f->what), f->message, flatten(f->details)});
  return levels;
}

fault unflatten(std::vector<flat_fault> levels) {
  fault last;
  for (auto i = levels.size(); i > 0; --i) {
    auto& level = levels[i - 1];
    fault f{static_cast<code>(level.what), std::move(level.message),
            unflatten(std::move(level.details))};
    if (i < levels.size())
      f.details.cause = fault_cause{std::move(last)};
    last = std::move(f);
  }
  return last;
}

caf::error to_error(const fault& f) {
  // CAF keeps neither category nor context of an error 0, but what ends as it should may
  // have something to tell, too.
  auto says_nothing = f.message.empty() && f.details == fault_details{};
  auto number =
      f.what == code::none && !says_nothing ? no_failure : static_cast<uint8_t>(f.what);
  return {number, category, caf::make_message(f)};
}

fault to_fault(const caf::error& err) {
  if (!err) // CAF keeps neither category nor context of an error 0
    return {};
  if (err.category() == category) {
    fault f;
    if (err.context().match_elements<fault>())
      f = err.context().get_as<fault>(0);
    f.what = err.code() == no_failure ? code::none : static_cast<code>(err.code());
    return f;
  }
  if (err.category() == caf::atom("system"))
    return from_system_error(err);
  return {code::internal, "actor system: " + caf::to_string(err)};
}

} // namespace troupe
