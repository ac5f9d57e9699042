#include "tests/program/workers/options.hpp"

options read_arguments(int argc, char** argv) {
  options o;
  for (int i = 1; i < argc; ++i) {
    std::string flag = argv[i];
    auto value = [&] { return std::string{i + 1 < argc ? argv[++i] : ""}; };
    if (flag == "--no-ready")
      o.no_ready = true;
    else if (flag == "--no-dial")
      o.no_dial = true;
    else if (flag == "--protocol")
      o.protocol = std::stoi(value());
    else if (flag == "--exit-at-start")
      o.exit_at_start = std::stoi(value());
    else if (flag == "--ready-window")
      o.window = std::stoi(value());
    else if (flag == "--cancel")
      o.cancel = true;
    else if (flag == "--random")
      o.random = true;
    else if (flag == "--stubborn")
      o.stubborn = true;
    else if (flag == "--needs")
      o.needs = value();
    else if (flag == "--name")
      o.name = value();
    else if (flag == "--delay") { // NAME=MILLISECONDS
      auto text = value();
      auto equals = text.find('=');
      o.delays[text.substr(0, equals)] = std::stoi(text.substr(equals + 1));
    }
  }
  return o;
}
