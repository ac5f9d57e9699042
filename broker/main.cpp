#include "broker/commands/commands.hpp"

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <iostream>
#include <string_view>

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

/// Whether all output got out. A reader that left early, as `head` does, is no mistake of
/// ours to talk about, but it is one to end with.
bool flush_output() {
  errno = 0;
  std::cout.flush();
  auto good = std::fflush(stdout) == 0 && std::cout;
  if (!good && errno != EPIPE)
    std::cerr << "troupe: cannot write to the standard output\n";
  return good;
}

} // namespace

int main(int argc, char** argv) {
  try {
    troupe::command_context context{std::cin, std::cout, std::cerr, wants_colour()};
    auto status = troupe::run_program(argc, argv, context);
    return flush_output() || status != 0 ? status : troupe::exit_code::failed;
  } catch (const std::exception& e) {
    std::cerr << "troupe: " << e.what() << '\n';
    return troupe::exit_code::failed;
  }
}
