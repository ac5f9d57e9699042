#include "broker/commands/commands.hpp"
#include "broker/commands/operation.hpp"
#include "broker/commands/remote_screen.hpp"
#include "protocol/address.hpp"
#include "protocol/json_text.hpp"
#include "protocol/payload_bytes.hpp"

#include <array>
#include <atomic>
#include <csignal>
#include <memory>
#include <mutex>
#include <ostream>
#include <thread>

#include <fcntl.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

namespace troupe {

namespace {

using namespace std::chrono_literals;

struct attach_command {
  node_options options;
  std::string name;
  bool view = false;
  bool take = false;
};

constexpr char escape_key = 0x1D; // ctrl-]

/// Where signal handlers and the thread that follows events wake the main one.
int wake_pipe[2] = {-1, -1};

void wake(char why) {
  [[maybe_unused]] auto n = ::write(wake_pipe[1], &why, 1);
}

void write_all(std::string_view bytes) {
  while (!bytes.empty()) {
    auto n = ::write(STDOUT_FILENO, bytes.data(), bytes.size());
    if (n < 0 && errno != EINTR)
      return;
    bytes.remove_prefix(n > 0 ? static_cast<size_t>(n) : 0);
  }
}

vt::dimensions own_size() {
  winsize w{};
  if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &w) != 0 || w.ws_row == 0 || w.ws_col == 0)
    return {};
  return {w.ws_row, w.ws_col};
}

/// The user's terminal: raw and full-screen for as long as this lives.
class raw_terminal {
public:
  raw_terminal() {
    ::tcgetattr(STDIN_FILENO, &before_);
    auto raw = before_;
    ::cfmakeraw(&raw);
    ::tcsetattr(STDIN_FILENO, TCSANOW, &raw);
    write_all("\x1B[?1049h\x1B[H\x1B[2J");
  }
  ~raw_terminal() {
    write_all(painter::leave());
    ::tcsetattr(STDIN_FILENO, TCSADRAIN, &before_);
  }
  raw_terminal(const raw_terminal&) = delete;
  raw_terminal& operator=(const raw_terminal&) = delete;

private:
  termios before_{};
};

/// One user at one terminal of a node.
class attachment {
public:
  attachment(const attach_command& c, client& node, client_ptr events)
    : command_(c)
    , node_(node)
    , events_(std::move(events))
    , remote_(to_terminal_worker(c.name))
    , session_("attach-" + std::to_string(::getpid()))
    , drives_(!c.view) {}

  /// Returns what keeps it from beginning.
  std::optional<fault> begin() {
    if (drives_)
      if (auto why = resize(command_.take))
        return why;
    return remote_.fetch(node_);
  }
  bool drives() const { return drives_; }
  std::optional<fault> take_over() {
    drives_ = true;
    return resize(true);
  }

  /// Until the user leaves, or the terminal goes. Returns why it went.
  std::string run() {
    std::thread follower{[this] { follow(); }};
    follower.detach(); // it waits for the node; the program ends without it
    std::string why;
    {
      raw_terminal own;
      why = loop();
    }
    if (drives_)
      node_.call(remote_.worker(), "resize",
                 "{\"release\":true,\"session_id\":\"" + session_ + "\"}");
    return why;
  }

private:
  std::optional<fault> resize(bool take) {
    auto size = own_size();
    auto result =
        node_.call(remote_.worker(), "resize",
                   "{\"rows\":" + std::to_string(size.rows) + ",\"cols\":"
                       + std::to_string(size.columns) + ",\"session_id\":\"" + session_
                       + "\",\"take\":" + (take ? "true" : "false") + "}");
    if (auto why = std::get_if<fault>(&result))
      return std::move(*why);
    auto reason = json_text::find(std::get<outcome>(result).payload.view(), "reason");
    if (reason == "\"not_resize_owner\"")
      drives_ = false;
    return std::nullopt;
  }

  /// Follows the terminal's events, on a thread of its own.
  void follow() {
    auto pool = command_.name.substr(0, command_.name.find('.'));
    auto filter = "{\"workers\":[" + json_string(remote_.worker()) + ","
                  + json_string(pool)
                  + "],\"kinds\":[\"worker_stream\",\"worker_ready\",\"agent_exited\","
                    "\"agent_resized\",\"agent_driver_changed\"],\"since\":";
    std::string since = "0";
    for (;;) {
      auto result = events_->call(node_target, "events", filter + since + "}");
      std::lock_guard lock{mutex_};
      if (auto why = std::get_if<fault>(&result)) {
        if (why->what == code::timeout)
          continue;
        lost_ = "the node is gone: " + why->message;
        wake('e');
        return;
      }
      auto batch = std::get<outcome>(result).payload;
      since = json_text::find(batch.view(), "next").value_or("0");
      batches_.push_back(std::move(batch));
      wake('e');
    }
  }

  std::string loop() {
    paint();
    std::array<pollfd, 2> watched = {pollfd{STDIN_FILENO, POLLIN, 0},
                                     pollfd{wake_pipe[0], POLLIN, 0}};
    for (;;) {
      if (::poll(watched.data(), watched.size(), 60'000) == 0 && drives_)
        resize(false); // still here
      if (watched[1].revents & POLLIN)
        if (auto why = woken(); !why.empty())
          return why;
      if (watched[0].revents & (POLLIN | POLLHUP)) {
        if (auto why = typed(); !why.empty())
          return why;
      }
    }
  }

  std::string woken() {
    char reasons[64];
    auto n = ::read(wake_pipe[0], reasons, sizeof reasons);
    for (ssize_t i = 0; i < n; ++i) {
      if (reasons[i] == 't')
        return "ended by a signal";
      if (reasons[i] == 'w') {
        painter_.forget();
        if (drives_)
          resize(false);
      }
    }
    std::vector<slice> batches;
    {
      std::lock_guard lock{mutex_};
      batches.swap(batches_);
      if (!lost_.empty())
        return lost_;
    }
    for (auto& b : batches)
      if (auto why = take(b.view()); !why.empty())
        return why;
    paint();
    return {};
  }

  std::string take(std::string_view batch) {
    json_text::element_reader reader{json_text::find(batch, "events").value_or("[]")};
    while (auto event = reader.next()) {
      auto kind = json_text::find(*event, "kind").value_or("");
      auto fresh = remote_.take(*event);
      if (kind == "\"agent_driver_changed\"" && drives_) {
        auto who = json_text::as_text(json_text::find(*event, "session_id").value_or(""));
        // An old one may be told again at the start.
        if (who && *who != session_ && *who != "" && begun_)
          drives_ = false;
        begun_ = begun_ || who == session_;
      }
      if (kind == "\"agent_exited\"" && begun_is_over(*event))
        return "the program has ended";
      if (!fresh)
        if (auto why = remote_.fetch(node_); why && why->what != code::unavailable)
          return why->message;
    }
    return {};
  }

  /// Whether this is about the program that is shown, not about one before it.
  bool begun_is_over(std::string_view) {
    auto result = node_.call(remote_.worker(), "info", "null");
    return std::holds_alternative<fault>(result);
  }

  /// ctrl-] d leaves; ctrl-] twice is ctrl-].
  std::string typed() {
    char bytes[4096];
    auto n = ::read(STDIN_FILENO, bytes, sizeof bytes);
    if (n <= 0)
      return "the input has ended";
    std::string out;
    for (ssize_t i = 0; i < n; ++i) {
      auto c = bytes[i];
      if (std::exchange(escaped_, false)) {
        if (c == 'd')
          return "detached";
        if (c != escape_key)
          out += escape_key;
        out += c;
      } else if (c == escape_key) {
        escaped_ = true;
      } else {
        out += c;
      }
    }
    if (!drives_ || out.empty())
      return {};
    call_options soon;
    soon.timeout = 2s; // a program that does not read must not keep the user here
    auto result = node_.call(remote_.worker(), "input",
                             "{\"data_base64\":\"" + to_base64(out) + "\"}", soon);
    if (auto why = std::get_if<fault>(&result))
      if (why->what != code::busy && why->what != code::timeout)
        return why->message;
    return {};
  }

  void paint() { write_all(painter_.paint(remote_.screen(), own_size())); }

  const attach_command& command_;
  client& node_;
  client_ptr events_;
  remote_screen remote_;
  painter painter_;
  std::string session_;
  bool drives_;
  bool begun_ = false;
  bool escaped_ = false;
  std::mutex mutex_;
  std::vector<slice> batches_;
  std::string lost_;
};

void watch_signals() {
  [[maybe_unused]] auto made = ::pipe2(wake_pipe, O_CLOEXEC | O_NONBLOCK);
  struct sigaction action {};
  action.sa_handler = [](int number) { wake(number == SIGWINCH ? 'w' : 't'); };
  for (auto number : {SIGWINCH, SIGTERM, SIGHUP, SIGINT, SIGQUIT})
    ::sigaction(number, &action, nullptr);
}

bool asks_yes(command_context& context, const std::string& name) {
  context.err << name << " is driven from another terminal. Take over? [y/N] "
              << std::flush;
  std::string line;
  std::getline(context.in, line);
  return line == "y" || line == "Y";
}

void run(const attach_command& c, command_context& context) {
  if (!::isatty(STDIN_FILENO) || !::isatty(STDOUT_FILENO)) {
    context.err << "troupe: attach needs a terminal; `troupe dump` prints a screen\n";
    context.status = exit_code::usage;
    return;
  }
  auto node = reach(context, c.options);
  auto events = node ? reach(context, c.options) : nullptr;
  if (!events)
    return;
  watch_signals();
  attachment a{c, *node, std::move(events)};
  auto why = a.begin();
  if (!why && !c.view && !a.drives() && asks_yes(context, c.name))
    why = a.take_over();
  if (why) {
    report(context, c.options.json, *why);
    context.status = exit_code::failed;
    return;
  }
  auto ended = a.run();
  context.err << "troupe: " << c.name << ": " << ended << std::endl;
  // The thread that follows may be waiting for the node still.
  ::_exit(ended == "detached" || ended == "the program has ended" ? exit_code::ok
                                                                  : exit_code::failed);
}

} // namespace

void add_attach(CLI::App& app, command_context& context) {
  auto c = std::make_shared<attach_command>();
  auto command = app.add_subcommand(
      "attach", "Show a terminal in your own and type on it; ctrl-] d leaves");
  command->add_option("NAME", c->name, "A terminal (alice, shell.0)")->required();
  command->add_flag("--view", c->view, "Watch: neither type nor change its size");
  command->add_flag("--take", c->take,
                    "Take over from whoever drives it, without asking");
  add_node_options(*command, c->options);
  command->callback([c, &context] { run(*c, context); });
}

} // namespace troupe
