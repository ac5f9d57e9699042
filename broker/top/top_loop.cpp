// `troupe top` on a terminal: keys, answers and time, until the user quits.

#include "broker/commands/tty.hpp"
#include "broker/top/asker.hpp"
#include "broker/top/attach_process.hpp"
#include "broker/top/open_orders.hpp"
#include "broker/top/render.hpp"
#include "broker/top/step.hpp"
#include "broker/top/top.hpp"
#include "broker/top/window.hpp"

#include <algorithm>
#include <array>
#include <ostream>

#include <poll.h>
#include <unistd.h>

namespace troupe::top {

namespace {

using namespace std::chrono_literals;
using commands::command_context;
using commands::wakeup;
namespace exit_code = commands::exit_code;

/// The ages on the screen grow, even if the node is asked more rarely.
constexpr auto longest_rest = std::chrono::milliseconds{1000};

class top_run {
public:
  top_run(const top_command& c, const client::node_locator& where,
          client::client_ptr connected, std::unique_ptr<window> screen)
    : interval_(c.interval)
    , where_(where)
    , model_(c.first)
    , screen_(std::move(screen))
    , looking_(
          connector(), [] { commands::wake(wakeup::news); }, std::move(connected))
    , orders_(connector(), [] { commands::wake(wakeup::news); }) {}

  /// Until the user quits or a signal comes. Returns the exit status.
  int run(int wakeups) {
    std::array<pollfd, 2> watched = {pollfd{STDIN_FILENO, POLLIN, 0},
                                     pollfd{wakeups, POLLIN, 0}};
    while (!status_) {
      ask_if_due();
      paint();
      ::poll(watched.data(), watched.size(), static_cast<int>(rest().count()));
      if (watched[1].revents & POLLIN)
        on_wakeups();
      if (watched[0].revents & (POLLHUP | POLLERR | POLLNVAL))
        status_ = exit_code::interrupted;
      else if (watched[0].revents & POLLIN)
        on_keys();
    }
    return *status_;
  }

private:
  asker::connector connector() const {
    return
        [where = where_] { return client::open_client(client::with_environment(where)); };
  }

  void ask_if_due() {
    auto now = steady_clock::now();
    auto pauses = model_.paused && has_answer(model_, data_);
    if (pauses || looking_.is_busy() || now < due_)
      return;
    looking_.ask(next_question(model_, data_));
    data_.waiting_since = now;
    due_ = now + interval_;
  }

  std::chrono::milliseconds rest() const {
    auto until = due_ - steady_clock::now();
    auto left = looking_.is_busy() || model_.paused
                    ? longest_rest
                    : std::chrono::ceil<std::chrono::milliseconds>(until);
    return std::clamp(left, std::chrono::milliseconds{0}, longest_rest);
  }

  void paint() {
    data_.now = steady_clock::now();
    model_.columns = screen_->size().columns;
    screen_->paint(render(model_, data_, screen_->size()));
  }

  void on_wakeups() {
    for (auto c : commands::take_wakeups()) {
      if (c == static_cast<char>(wakeup::ended))
        status_ = exit_code::interrupted;
      if (c == static_cast<char>(wakeup::resized))
        screen_->resized();
    }
    data_.now = steady_clock::now();
    if (auto r = looking_.take()) {
      data_.waiting_since.reset();
      auto introduces = r->asked.operation == "health" && r->result;
      auto begins = r->asked.operation == "events" && !data_.last_event;
      take(data_, r->asked, r->result);
      // None is all that the user waits for.
      if (introduces || begins || next_question(model_, data_).operation == "history")
        due_ = {};
    }
    take_orders();
  }

  /// Tells what came of the orders that have ended.
  void take_orders() {
    auto ended = orders_.take();
    if (ended.empty())
      return;
    model_.notice.clear();
    for (auto& o : ended)
      model_.notice += (model_.notice.empty() ? "" : "; ") + o.text
                       + (o.result ? ": done" : ": " + fault_text(o.result.error()));
    model_.open_orders = orders_.texts();
    due_ = {};
  }

  static std::string fault_text(const fault& why) {
    auto& row = info(why.what);
    return std::string{row.name} + ": "
           + (why.message.empty() ? std::string{row.summary} : why.message);
  }

  void on_keys() {
    auto before = next_question(model_, data_);
    while (auto k = screen_->read_key()) {
      model_.page_lines = page_lines(model_, data_, screen_->size());
      auto reacted = step(std::move(model_), data_, *k);
      model_ = std::move(reacted.next);
      std::visit([this](auto& wish) { act(wish); }, reacted.wish);
    }
    // Another page is asked for at once.
    if (next_question(model_, data_) != before)
      due_ = {};
  }

  void act(std::monostate) {}

  void act(quit) { status_ = exit_code::ok; }

  void act(const attach& what) {
    screen_->suspend();
    auto said = run_attach(what, where_);
    screen_->resume();
    model_.notice = said;
  }

  void act(const order& what) {
    if (!orders_.give(what))
      model_.notice =
          "not done: " + std::to_string(open_orders::most) + " orders are not finished";
    model_.open_orders = orders_.texts();
  }

  std::chrono::milliseconds interval_;
  client::node_locator where_;
  model model_;
  node_data data_;
  std::unique_ptr<window> screen_;
  asker looking_;
  open_orders orders_;
  steady_clock::time_point due_;
  std::optional<int> status_;
};

} // namespace

void run_on_terminal(const top_command& c, command_context& context,
                     client::client_ptr connected) {
  auto wakeups = commands::watch_signals();
  auto status = exit_code::usage;
  if (auto screen = window::open(context.colour)) {
    top_run run{c, commands::locate(context, c.options), std::move(connected),
                std::move(screen)};
    status = run.run(wakeups);
  } else {
    context.err << "troupe: top needs a terminal that can move its cursor (see TERM); "
                   "`troupe top --once` prints one frame\n";
  }
  context.err.flush();
  ::_exit(status);
}

} // namespace troupe::top
