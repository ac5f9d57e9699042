#include "actors/worker/stop_ladder.hpp"

#include "actors/interfaces/end_reason.hpp"

#include <csignal>

namespace troupe::worker {

bool stop_ladder::begin(end_reason why) {
  if (cause_)
    return false;
  insist(why, {});
  return true;
}

void stop_ladder::insist(end_reason why, fault cause) {
  if (cause_)
    return;
  cause_ = std::move(cause);
  because_ = why;
}

void stop_ladder::give_up(fault cause) {
  if (!cause_)
    cause_ = std::move(cause);
}

void stop_ladder::note_signal(int number) {
  last_signal_ = number;
  was_terminated_ = was_terminated_ || number == SIGTERM;
}

worker_end stop_ladder::end_with(const os::exit_status& status) const {
  return {because_.value_or(reason_for(status)), status};
}

std::string stop_ladder::describe(const os::exit_status& status) const {
  auto died_of = std::get_if<os::signalled>(&status);
  if (!died_of || died_of->signal != last_signal_) {
    auto from_outside =
        died_of && (died_of->signal == SIGKILL || died_of->signal == SIGTERM);
    return to_string(status) + (from_outside ? ", not by the node" : "");
  }
  if (last_signal_ == SIGTERM)
    return "ended at the node's SIGTERM: it had not ended when it was asked to";
  if (because_ && !is_planned(*because_))
    return cause_ ? "was killed by the node"
                  : "closed its input or output and lived on, and was killed by the node";
  return was_terminated_ ? "was killed by the node: it had not ended at SIGTERM"
                         : "was killed by the node, at once";
}

void stop_ladder::explain(fault& death) const {
  if (!cause_)
    return;
  death.what = cause_->what;
  if (!cause_->message.empty())
    death.message = cause_->message;
}

} // namespace troupe::worker
