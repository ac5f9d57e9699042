#include "broker/commands/commands.hpp"
#include "broker/commands/config_warnings.hpp"
#include "broker/serve/reloading.hpp"
#include "protocol/base/printable.hpp"
#include "protocol/config/load.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <filesystem>
#include <memory>
#include <ostream>

namespace troupe::commands {

namespace {

/// Checked where no file is named, as `serve` would run it.
constexpr auto file_to_check = "troupe.toml";

struct check_command {
  std::string file;
  std::vector<std::string> overrides;
  bool json = false;
};

using mistakes = config::mistake_list;

boost::json::array to_rows(const mistakes& all) {
  boost::json::array rows;
  for (auto& m : all)
    rows.push_back(
        {{"file", m.file}, {"line", m.line}, {"key", m.key}, {"message", m.message}});
  return rows;
}

void print_found(const mistakes& wrong, const mistakes& warnings, std::ostream& out) {
  boost::json::object o{{"ok", wrong.empty()}};
  o["mistakes"] = to_rows(wrong);
  o["warnings"] = to_rows(warnings);
  out << printable_json(boost::json::serialize(o)) << '\n';
}

void run(check_command& c, command_context& context) {
  std::error_code ec;
  if (c.file.empty() && !std::filesystem::exists(file_to_check, ec)) {
    context.err << "troupe: there is no "
                << std::filesystem::absolute(file_to_check, ec).string()
                << "; name a file with -c FILE\n";
    context.status = exit_code::usage;
    return;
  }
  if (c.file.empty())
    c.file = file_to_check;
  serve::config_source source{c.file, c.overrides};
  auto read = source.read();
  auto wrong = read ? mistakes{} : read.error();
  auto warnings = read ? find_warnings(source, *read) : mistakes{};
  context.status = read ? exit_code::ok : exit_code::failed;
  if (c.json)
    return print_found(wrong, warnings, context.out);
  for (auto all : {&wrong, &warnings})
    for (auto& m : *all)
      context.err << printable(to_string(m)) << '\n';
  if (!read)
    return;
  context.out << c.file << ": ok, " << counted(read->pools.size(), "pool");
  // A misspelled name of a node in `on` would leave a pool without any.
  if (read->pools_elsewhere > 0)
    context.out << " at node " << read->node.name << ", " << read->pools_elsewhere
                << " at others (pool.NAME.on)";
  if (!read->webs.empty())
    context.out << ", " << counted(read->webs.size(), "web front");
  if (!read->followers.empty())
    context.out << ", " << counted(read->followers.size(), "follower");
  if (!read->operations.empty())
    context.out << ", " << counted(read->operations.size(), "operation");
  context.out << '\n';
}

} // namespace

void add_check(CLI::App& app, command_context& context) {
  auto c = std::make_shared<check_command>();
  auto command = app.add_subcommand("check", "Validate a configuration file");
  command->add_option("-c,--config", c->file, "The file (default: troupe.toml)")
      ->type_name("FILE");
  command
      ->add_option(
          "--set", c->overrides,
          "A key that is to have another value than in the file; may be repeated")
      ->type_name("KEY=VALUE");
  command->add_flag("--json", c->json, "Print the mistakes as JSON");
  command->footer(
      "A program, a folder, a certificate or a key that is not there is a warning: "
      "the node may run on another machine. So is a file with a key that other users "
      "may read.");
  command->callback([c, &context] { run(*c, context); });
}

} // namespace troupe::commands
