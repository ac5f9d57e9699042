#include "broker/commands/commands.hpp"
#include "broker/serve/server.hpp"
#include "protocol/config/load.hpp"

#include <filesystem>
#include <memory>
#include <ostream>

namespace troupe::commands {

namespace {

/// Read where no file is named, if it is there.
constexpr auto default_file = "troupe.toml";

struct serve_command {
  std::string file;
  std::vector<std::string> overrides;
  bool json = false;
};

/// Takes the file in this folder where none is named, and says which that is, or that
/// there is none: else a wrong folder looks like a node without pools.
void choose_file(serve_command& c, command_context& context) {
  if (!c.file.empty())
    return;
  std::error_code ec;
  auto found = std::filesystem::exists(default_file, ec);
  auto path = std::filesystem::absolute(default_file, ec).string();
  if (found) {
    c.file = default_file;
    context.err << "troupe: the configuration is " << path << '\n';
  } else {
    context.err << "troupe: there is no " << path
                << " and no -c FILE: the node begins without pools; PUT "
                   "/api/pools/NAME makes some\n";
  }
}

void run(serve_command& c, command_context& context) {
  choose_file(c, context);
  if (c.json)
    c.overrides.push_back("node.log.format=\"json\"");
  serve::config_source source{c.file, c.overrides};
  auto read = source.read();
  if (!read) {
    for (auto& m : read.error())
      context.err << to_string(m) << '\n';
    context.status = exit_code::failed;
    return;
  }
  context.status = serve::serve(*std::move(read), std::move(source), context.versions);
}

} // namespace

void add_serve(CLI::App& app, command_context& context) {
  auto c = std::make_shared<serve_command>();
  auto command = app.add_subcommand("serve", "Run a node in the foreground");
  command
      ->add_option("-c,--config", c->file,
                   "The configuration; without it troupe.toml, if there is one")
      ->type_name("FILE");
  command
      ->add_option(
          "--set", c->overrides,
          "A key that is to have another value than in the file; may be repeated")
      ->type_name("KEY=VALUE");
  command->add_flag("--json", c->json, "Write the log as JSON, one object a line");
  command->footer(
      "SIGTERM or SIGINT finish the calls that run and stop; a second one ends "
      "the node at once. SIGHUP reads the configuration again.");
  command->callback([c, &context] { run(*c, context); });
}

} // namespace troupe::commands
