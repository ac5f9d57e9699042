#include "actors/terminal/message_delivery.hpp"

#include "protocol/base/limits.hpp"

namespace troupe::terminal {

message_delivery::step message_delivery::next(const terminal_activity& program,
                                              const config::terminal& how,
                                              time_point now) {
  auto unless_early = [now](time_point due, action what) {
    return now < due ? step{action::wait, due} : step{what};
  };
  switch (progress_) {
    case progress::waiting: {
      auto m = messages.next();
      return m ? unless_early(program.message_due(how, m->steers), action::type) : step{};
    }
    case progress::typed:
      return unless_early(progressed_ + how.pace, action::enter);
    case progress::entered:
      break;
  }
  if (!echo_.is_seen())
    return unless_early(progressed_ + limits::echo_patience, action::not_echoed);
  return {echo_.is_unprovable() ? action::unprovable : action::verified};
}

void message_delivery::note_typed(bool kernel_echoes, time_point now) {
  progress_ = progress::typed;
  progressed_ = now;
  echo_.begin(messages.all().front().body, kernel_echoes);
}

void message_delivery::note_entered(bool kernel_echoes, time_point now) {
  progress_ = progress::entered;
  progressed_ = now;
  echo_.enter(kernel_echoes);
}

terminal_message message_delivery::finish() {
  echo_.end();
  progress_ = progress::waiting;
  return messages.pop();
}

} // namespace troupe::terminal
