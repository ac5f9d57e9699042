#include "broker/client/page_locator.hpp"
#include "broker/commands/commands.hpp"
#include "broker/commands/operation.hpp"
#include "protocol/base/json_writer.hpp"
#include "protocol/base/printable.hpp"

#include <boost/url/encode.hpp>
#include <boost/url/rfc/unreserved_chars.hpp>

#include <memory>
#include <ostream>

namespace troupe::commands {

namespace {

struct dashboard_command {
  node_options options;
  bool view = false;
};

/// Returns the URL that opens the page with its key. A fragment is not sent to anybody.
std::string url_of(const client::page_address& page) {
  auto key = boost::urls::encode(page.key, boost::urls::unreserved_chars);
  return page.url + "/#key=" + key;
}

void run(const dashboard_command& c, command_context& context) {
  auto where = client::with_environment(locate(context, c.options));
  auto page =
      client::find_page(where, c.view ? client::page_key::view : client::page_key::all);
  auto there =
      page ? client::try_page(*page, where, patience_of(context)) : failure(page.error());
  if (!there) {
    report(context, c.options.json, there.error());
    auto& code = there.error().what;
    context.status = code == code::unavailable ? exit_code::no_node : exit_code::failed;
    return;
  }
  if (c.options.json)
    print_json(context, json_object_writer{}.add("url", url_of(*page)).object());
  else
    context.out << printable(url_of(*page)) << '\n';
}

} // namespace

void add_dashboard(CLI::App& app, command_context& context) {
  auto c = std::make_shared<dashboard_command>();
  auto command = app.add_subcommand("dashboard", "Print the URL of the node's dashboard");
  command->add_flag("--view", c->view, "With the view key: the page changes nothing");
  add_node_options(*command, c->options);
  command->footer("Open it in a browser. The key is behind the #, which browsers send to"
                  " nobody; the page takes it out of the address at once. Whoever has the"
                  " URL has the key.");
  command->callback([c, &context] { run(*c, context); });
}

} // namespace troupe::commands
