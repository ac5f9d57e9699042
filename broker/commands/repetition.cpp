#include "broker/commands/repetition.hpp"

#include "broker/commands/tty.hpp"

#include <algorithm>
#include <csignal>
#include <ostream>
#include <sstream>
#include <thread>

#include <unistd.h>

namespace troupe::commands {

namespace {

// Lines that are too long are cut by the terminal, which is told not to wrap them.
constexpr char begin_drawing[] = "\x1b[?7l\x1b[H\x1b[2J";
constexpr char end_drawing[] = "\x1b[?7h";

void exit_on_signals(void (*handler)(int)) {
  struct sigaction action {};
  action.sa_handler = handler;
  for (auto number : {SIGINT, SIGTERM, SIGHUP})
    ::sigaction(number, &action, nullptr);
}

} // namespace

void exit_at_interrupt() {
  struct sigaction action {};
  action.sa_handler = [](int) { ::_exit(exit_code::interrupted); };
  ::sigaction(SIGINT, &action, nullptr);
}

std::string drawn_from_top(const std::string& text, size_t rows) {
  std::string out = "\x1b[H";
  size_t begin = 0;
  for (size_t row = 1; row < rows && begin < text.size(); ++row) {
    auto end = std::min(text.find('\n', begin), text.size());
    out.append(text, begin, end - begin).append("\x1b[K\r\n");
    begin = end + 1;
  }
  return out + "\x1b[J";
}

void repeat(command_context& context, redraw how, std::chrono::milliseconds interval,
            const std::function<void(command_context&)>& print) {
  auto draws = context.terminal && how == redraw::replace;
  if (draws) {
    exit_on_signals([](int) {
      [[maybe_unused]] auto n =
          ::write(STDOUT_FILENO, end_drawing, sizeof end_drawing - 1);
      ::_exit(exit_code::interrupted);
    });
    write_to_own(begin_drawing);
  } else {
    exit_on_signals([](int) { ::_exit(exit_code::interrupted); });
  }
  for (auto is_first = true; context.out; is_first = false) {
    std::ostringstream text;
    command_context once{
        context.in, text,          text,          context.colour,   context.terminal,
        false,      exit_code::ok, context.where, context.versions, context.patience};
    print(once);
    if (draws) {
      write_to_own(drawn_from_top(text.str(), static_cast<size_t>(own_size().rows)));
    } else {
      auto separates = !is_first && how == redraw::replace;
      context.out << (separates ? "\n" : "") << text.str();
      context.out.flush();
    }
    std::this_thread::sleep_for(interval);
  }
}

} // namespace troupe::commands
