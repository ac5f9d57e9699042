#include "broker/client/node_wait.hpp"

#include <poll.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <thread>

namespace troupe::client {

namespace {

using namespace std::chrono_literals;

/// Between two attempts where there is nothing to poll.
constexpr auto pause_between_attempts = 50ms;

std::string seconds(std::chrono::milliseconds d) {
  return std::to_string(std::chrono::ceil<std::chrono::seconds>(d).count()) + "s";
}

} // namespace

void node_wait::begin(std::optional<std::chrono::milliseconds> timeout) {
  reason_.clear();
  overdue_.reset();
  if (timeout && patience_.give_up_after)
    overdue_ = clock::now() + *timeout + patience_.grace;
}

bool node_wait::until_ready(int fd, short events, const node_door* door) {
  auto s = begin_silence();
  while (reason_.empty()) {
    std::array<pollfd, 2> both = {pollfd{fd, events, 0}, pollfd{-1, 0, 0}};
    if (s.question)
      both[1] = {s.question->fd(), s.question->events(), 0};
    auto n = ::poll(both.data(), both.size(), poll_time(s, door != nullptr));
    if (n < 0 && errno != EINTR)
      return true; // what is done next fails, and says why
    if (n > 0 && both[0].revents != 0)
      return true;
    take_answer(s, n > 0 ? both[1].revents : short{0});
    if (bear(s) && door)
      ask(s, *door);
  }
  return false;
}

bool node_wait::until(const std::function<bool()>& attempt) {
  for (auto s = begin_silence(); !attempt();) {
    if (!bear(s))
      return false;
    std::this_thread::sleep_for(pause_between_attempts);
  }
  return true;
}

node_wait::silence node_wait::begin_silence() const {
  auto now = clock::now();
  return {.began = now, .since = now, .next_question = now + patience_.ask_after};
}

bool node_wait::bear(silence& s) {
  auto now = clock::now();
  auto lasts = now - s.since;
  // A client that was busy itself, with parts that its user reads slowly, has to wait for
  // so long at least.
  if (overdue_ && now >= std::max(*overdue_, s.began + patience_.grace)) {
    reason_ = "no answer came from " + node_ + " within the timeout of the call and "
              + seconds(patience_.grace) + " more";
  } else if (patience_.give_up_after && lasts >= *patience_.give_up_after) {
    reason_ = "the node at " + node_ + " has not answered for "
              + seconds(*patience_.give_up_after)
              + ", nor given another sign of life; it may be stopped or overloaded";
  } else if (patience_.tell && !s.told && lasts >= patience_.tell_after) {
    s.told = true;
    patience_.tell("the node at " + node_
                   + " does not answer yet; it may be stopped or overloaded");
  }
  return reason_.empty();
}

void node_wait::ask(silence& s, const node_door& door) const {
  auto is_open = s.question && s.question->fd() >= 0;
  auto now = clock::now();
  if (!asks() || is_open || now < s.next_question)
    return;
  s.question.emplace(door);
  s.next_question = now + patience_.ask_after;
}

void node_wait::take_answer(silence& s, short happened) const {
  if (!s.question || !s.question->advance(happened))
    return;
  auto now = clock::now();
  s.question.reset();
  s.since = now;
  s.told = false;
  s.next_question = now + patience_.ask_after;
}

int node_wait::poll_time(const silence& s, bool has_door) const {
  if (!asks())
    return -1;
  auto due = clock::time_point::max();
  if (patience_.tell && !s.told)
    due = std::min(due, s.since + patience_.tell_after);
  if (patience_.give_up_after)
    due = std::min(due, s.since + *patience_.give_up_after);
  if (overdue_)
    due = std::min(due, std::max(*overdue_, s.began + patience_.grace));
  auto is_open = s.question && s.question->fd() >= 0;
  if (has_door && !is_open)
    due = std::min(due, s.next_question);
  if (due == clock::time_point::max())
    return -1;
  auto left = std::chrono::ceil<std::chrono::milliseconds>(due - clock::now());
  // No wait of a day is as long as an int.
  return static_cast<int>(std::clamp<int64_t>(left.count(), 0, 86'400'000));
}

} // namespace troupe::client
