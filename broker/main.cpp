#include "actors/os/guardian_process.hpp"
#include "broker/commands/commands.hpp"
#include "broker/serve/inherited_state.hpp"
#include "broker/top/top.hpp"
#include "protocol/base/printable.hpp"

#include <cstdio>
#include <cstdlib>
#include <exception>
#include <iostream>
#include <string_view>

#include <poll.h>
#include <unistd.h>

namespace {

/// Whether stdout shows colours, and the user wants them (no-color.org).
bool wants_colour() {
  auto is = [](const char* name, std::string_view value) {
    auto v = std::getenv(name);
    return v ? v == value : value.empty();
  };
  return ::isatty(STDOUT_FILENO) && is("NO_COLOR", "") && !is("TERM", "dumb");
}

/// Whether the reader of stdout has left early, as `head` does.
bool reader_is_gone() {
  pollfd p{STDOUT_FILENO, 0, 0};
  return ::poll(&p, 1, 0) > 0 && (p.revents & POLLERR) != 0;
}

/// Whether all output got out. That nobody wants the rest is no mistake to talk about,
/// but it is one to end with. (Only where SIGPIPE is ignored; else it has ended the
/// program.)
bool flush_output() {
  std::cout.flush();
  if (std::fflush(stdout) == 0 && std::cout)
    return true;
  if (!reader_is_gone())
    std::cerr << "troupe: cannot write to the standard output\n";
  return false;
}

} // namespace

int main(int argc, char** argv) {
  if (troupe::os::is_guardian(argc, argv))
    return troupe::os::run_guardian(argv);
  if (!troupe::serve::settle_inherited_state())
    return troupe::commands::exit_code::failed; // there may be nowhere to say so
  try {
    troupe::commands::command_context context{std::cin,
                                              std::cout,
                                              std::cerr,
                                              wants_colour(),
                                              ::isatty(STDOUT_FILENO) != 0,
                                              ::isatty(STDERR_FILENO) != 0};
    auto status =
        troupe::commands::run_program(argc, argv, context, {troupe::top::add_top});
    return flush_output() || status != 0 ? status : troupe::commands::exit_code::failed;
  } catch (const std::exception& e) {
    std::cerr << "troupe: " << troupe::printable(e.what()) << '\n';
    return troupe::commands::exit_code::failed;
  }
}
