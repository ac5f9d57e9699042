#include "broker/commands/commands.hpp"
#include "protocol/config/load.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <memory>
#include <ostream>

namespace troupe {

namespace {

struct check_command {
  std::string file;
  std::vector<std::string> overrides;
  bool json = false;
};

using mistakes = std::vector<config::mistake>;

void print_json(const mistakes& wrong, std::ostream& out) {
  boost::json::array rows;
  for (auto& m : wrong)
    rows.push_back(
        {{"file", m.file}, {"line", m.line}, {"key", m.key}, {"message", m.message}});
  boost::json::object o{{"ok", wrong.empty()}};
  o["mistakes"] = std::move(rows);
  out << boost::json::serialize(o) << '\n';
}

void run(const check_command& c, command_context& context) {
  auto read = config::load(c.file, c.overrides);
  auto good = std::get_if<config::file>(&read);
  auto wrong = good ? mistakes{} : std::get<mistakes>(std::move(read));
  context.status = good ? exit_code::ok : exit_code::failed;
  if (c.json) {
    print_json(wrong, context.out);
    return;
  }
  for (auto& m : wrong)
    context.err << to_string(m) << '\n';
  if (good)
    context.out << c.file << ": ok, " << good->pools.size()
                << (good->pools.size() == 1 ? " pool\n" : " pools\n");
}

} // namespace

void add_check(CLI::App& app, command_context& context) {
  auto c = std::make_shared<check_command>();
  auto command = app.add_subcommand("check", "Validate a configuration file");
  command->add_option("-c,--config", c->file, "The file")->required()->type_name("FILE");
  command
      ->add_option(
          "--set", c->overrides,
          "A key that is to have another value than in the file; may be repeated")
      ->type_name("KEY=VALUE");
  command->add_flag("--json", c->json, "Print the mistakes as JSON");
  command->callback([c, &context] { run(*c, context); });
}

} // namespace troupe
