#include "broker/commands/attachment.hpp"

#include "broker/commands/tty.hpp"
#include "protocol/base/address.hpp"
#include "protocol/base/json_text.hpp"
#include "protocol/base/json_writer.hpp"

#include <array>
#include <cstdio>
#include <random>
#include <thread>

#include <poll.h>
#include <unistd.h>

namespace troupe::commands {

namespace {

using namespace std::chrono_literals;

/// Between two signs of life of one who drives and does nothing; several fit into the
/// time after which the node gives the terminal to somebody else.
constexpr auto sign_of_life = 60s;

std::string make_session() {
  char host[256] = "";
  ::gethostname(host, sizeof host - 1);
  std::random_device random;
  char suffix[20];
  std::snprintf(suffix, sizeof suffix, "%08x%08x", random(), random());
  return std::string{"attach-"} + host + "-" + std::to_string(::getpid()) + "-" + suffix;
}

std::string text_of(std::string_view object, std::string_view key) {
  return json_text::as_text(json_text::find(object, key).value_or("")).value_or("");
}

int64_t number_of(std::string_view object, std::string_view key) {
  return json_text::as_integer(json_text::find(object, key).value_or("")).value_or(0);
}

} // namespace

attachment::attachment(const std::string& terminal, client::node_client& node,
                       client::client_ptr events, part first, bool clipboard)
  : node_(node)
  , events_(std::move(events))
  , remote_(to_terminal_worker(terminal))
  , session_(make_session())
  , drives_(first == part::drives)
  , only_watches_(first == part::only_watches)
  , clipboard_(clipboard) {}

result<> attachment::begin(bool take) {
  auto info = node_.call(remote_.worker(), "info", "null");
  if (!info)
    return failure(std::move(info).error());
  auto facts = info->payload.view();
  pid_ = number_of(facts, "pid");
  remote_.rename(text_of(facts, "worker"), text_of(facts, "name"));
  if (drives_)
    if (auto resized = resize(take); !resized)
      return resized;
  return remote_.fetch(node_);
}

result<> attachment::take_over() {
  drives_ = true;
  return resize(true);
}

result<> attachment::resize(bool take) {
  auto size = own_size();
  auto told = node_.call(remote_.worker(), "resize",
                         json_object_writer{}
                             .add("rows", size.rows)
                             .add("cols", size.columns)
                             .add("session_id", session_)
                             .add("take", take)
                             .object());
  if (!told)
    return failure(std::move(told).error());
  auto answer = told->payload.view();
  if (text_of(answer, "reason") == "not_resize_owner")
    drives_ = false;
  return {};
}

void attachment::release() {
  node_.call(
      remote_.worker(), "resize",
      json_object_writer{}.add("release", true).add("session_id", session_).object());
}

std::string attachment::run(int wakeups) {
  std::thread follower{[this] { follow(); }};
  follower.detach(); // it waits for the node; the program ends without it
  std::string why;
  {
    raw_terminal own;
    why = loop(wakeups);
  }
  if (drives_)
    release();
  return why;
}

std::string attachment::loop(int wakeups) {
  tell(drives_ ? "ctrl-] d leaves" : "you watch" + advice());
  paint();
  std::array<pollfd, 2> watched = {pollfd{STDIN_FILENO, POLLIN, 0},
                                   pollfd{wakeups, POLLIN, 0}};
  auto sign_due = clock::now() + sign_of_life;
  for (;;) {
    auto until = notice_.empty() ? sign_due : std::min(sign_due, notice_ends_);
    auto left = std::chrono::ceil<std::chrono::milliseconds>(until - clock::now());
    ::poll(watched.data(), watched.size(), static_cast<int>(std::max(0ms, left).count()));
    if (clock::now() >= sign_due) {
      if (drives_)
        resize(false);
      sign_due = clock::now() + sign_of_life;
    }
    if (watched[1].revents & POLLIN)
      if (auto why = on_wakeups(); !why.empty())
        return why;
    if (watched[0].revents & (POLLIN | POLLHUP))
      if (auto why = on_keys(); !why.empty())
        return why;
    if (!notice_.empty() && clock::now() >= notice_ends_)
      notice_.clear();
    paint();
  }
}

// -- the node ----------------------------------------------------------------------

void attachment::follow() {
  constexpr std::string_view kinds[] = {"worker_stream", "worker_ready", "agent_exited",
                                        "agent_resized", "agent_driver_changed"};
  auto filter = json_object_writer{}
                    .add_json("workers", json_array_writer{}
                                             .add(remote_.own_name())
                                             .add(remote_.shown_name())
                                             .array())
                    .add_json("kinds", to_json_array(kinds));
  std::string since = "0";
  for (;;) {
    auto result =
        events_->call(remote_.node_target(), "events",
                      json_object_writer{filter}.add_json("since", since).object());
    std::lock_guard lock{mutex_};
    if (!result) {
      if (result.error().what == code::timeout)
        continue;
      lost_ = "the node is gone: " + result.error().message;
      wake(wakeup::news);
      return;
    }
    auto batch = result->payload;
    since = json_text::find(batch.view(), "next").value_or("0");
    batches_.push_back(std::move(batch));
    wake(wakeup::news);
  }
}

std::string attachment::on_wakeups() {
  for (auto c : take_wakeups()) {
    if (c == static_cast<char>(wakeup::ended))
      return "ended by a signal";
    if (c == static_cast<char>(wakeup::resized)) {
      painter_.forget();
      if (drives_)
        resize(false);
    }
  }
  std::vector<shared_bytes> batches;
  {
    std::lock_guard lock{mutex_};
    batches.swap(batches_);
    if (!lost_.empty())
      return lost_;
  }
  for (auto& b : batches)
    if (auto why = on_batch(b.view()); !why.empty())
      return why;
  return {};
}

std::string attachment::on_batch(std::string_view batch) {
  json_text::element_reader events{json_text::find(batch, "events").value_or("[]")};
  while (auto event = events.next())
    if (auto why = on_event(*event); !why.empty())
      return why;
  return {};
}

/// The first events are old ones: what they tell is checked with the node.
std::string attachment::on_event(std::string_view event) {
  auto kind = text_of(event, "kind");
  auto fresh = remote_.take(event);
  if (kind == "agent_driver_changed" && drives_) {
    auto who = text_of(event, "session_id");
    if (!who.empty() && who != session_)
      resize(false);
    if (!drives_)
      tell("somebody else has taken over: you watch; ctrl-] t takes over again");
  }
  if (kind == "agent_exited"
      || (kind == "worker_ready" && number_of(event, "pid") != pid_))
    return look_again();
  if (!fresh)
    if (auto shown = remote_.fetch(node_);
        !shown && shown.error().what != code::unavailable)
      return shown.error().message;
  return {};
}

std::string attachment::look_again() {
  auto info = node_.call(remote_.worker(), "info", "null");
  if (!info)
    return over;
  auto pid = number_of(info->payload.view(), "pid");
  if (pid == pid_)
    return {};
  pid_ = pid;
  tell("the program has ended; this is a new one");
  if (drives_)
    resize(true);
  if (auto shown = remote_.fetch(node_);
      !shown && shown.error().what != code::unavailable)
    return shown.error().message;
  return {};
}

} // namespace troupe::commands
