#include "broker/commands/argument_checks.hpp"
#include "broker/commands/commands.hpp"
#include "broker/commands/json_fields.hpp"
#include "broker/commands/operation.hpp"
#include "broker/commands/table.hpp"
#include "protocol/base/json_document.hpp"
#include "protocol/base/json_member.hpp"
#include "protocol/base/json_text.hpp"
#include "protocol/base/json_writer.hpp"
#include "protocol/base/printable.hpp"

#include <boost/json/array.hpp>

#include <iterator>
#include <memory>
#include <ostream>

namespace troupe::commands {

namespace {

struct sessions_command {
  node_options options;
  std::string action = "list";
  /// The id of a session; the pool of a new one.
  std::string name;
  /// The response to a session, or the `ctx` of a new one; `-`: stdin.
  std::string text;
  std::string code;
  std::string query;
};

/// What an action asks the node.
struct session_question {
  std::string_view operation;
  std::string payload;
};

/// Returns what is wrong with the arguments; empty for nothing.
std::string mistake_in(const sessions_command& c) {
  auto runs = c.action == "run";
  auto goes_on = c.action == "continue";
  if (c.action == "list" ? !c.name.empty() : c.name.empty())
    return c.action
           + (c.action == "list"
                  ? " takes no more words"
                  : std::string{" needs "} + (runs ? "a pool" : "the id of a session"));
  if (goes_on && c.text.empty())
    return "continue needs a response";
  if (!c.text.empty() && !goes_on && !runs)
    return c.action + " takes no text";
  if (!c.code.empty() && !runs)
    return "--code is for run";
  if (!c.query.empty() && !goes_on)
    return "--query is for continue";
  if (auto valid = json_text::validate(c.text); runs && !c.text.empty() && !valid)
    return "the context is no JSON";
  return {};
}

session_question question_of(const sessions_command& c) {
  if (c.action == "list")
    return {"session.list", "null"};
  json_object_writer out;
  if (c.action == "run") {
    out.add("pool", c.name);
    if (!c.code.empty())
      out.add("code", c.code);
    if (!c.text.empty())
      out.add_json("ctx", c.text);
    return {"session.run", out.object()};
  }
  out.add("name", c.name);
  if (c.action == "show")
    return {"session.status", out.object()};
  if (c.action == "stop")
    return {"session.stop", out.object()};
  out.add("response", c.text);
  if (!c.query.empty())
    out.add("query_id", c.query);
  return {"session.continue", out.object()};
}

void print_list(std::string_view answer, command_context& context) {
  boost::json::error_code ec;
  auto parsed = parse_document(answer, ec);
  auto rows = ec ? nullptr : parsed.if_array();
  table t{{{"SESSION"}, {"STATE"}, {"POOL"}, {"WORKER"}, {"AGE", true}}};
  for (auto& s : rows ? *rows : boost::json::array{}) {
    auto word = fields::text(s, "state");
    auto style = word == "running"                    ? look::busy
                 : word == "paused"                   ? look::warning
                 : word == "failed" || word == "lost" ? look::bad
                                                      : look::good;
    t.add({fields::text(s, "session_id"), cell{word, style}, fields::text(s, "pool"),
           fields::text(s, "worker"), fields::duration(s, "age_ms")});
  }
  t.print(context.out, context.colour);
}

/// Prints the state of a session, and on the next line the result of its step.
void print_step(std::string_view answer, command_context& context) {
  auto member = [answer](std::string_view key) {
    return printable(json_text::text_member(answer, key).value_or(""));
  };
  context.out << member("session_id") << ' ' << member("state") << '\n';
  auto result = json_text::find_member(answer, "feed_result");
  if (result && *result != "null")
    print_json(context, *result);
}

void run(sessions_command& c, command_context& context) {
  if (c.text == "-")
    c.text.assign(std::istreambuf_iterator<char>{context.in}, {});
  if (auto wrong = mistake_in(c); !wrong.empty()) {
    context.err << "troupe: sessions: " << wrong << '\n';
    context.status = exit_code::usage;
    return;
  }
  auto question = question_of(c);
  auto answer =
      connect_and_operate(context, c.options, question.operation, question.payload);
  if (!answer)
    return;
  if (c.options.json || c.action == "show")
    print_json(context, answer->view());
  else if (c.action == "list")
    print_list(answer->view(), context);
  else
    print_step(answer->view(), context);
}

} // namespace

void add_sessions(CLI::App& app, command_context& context) {
  auto c = std::make_shared<sessions_command>();
  auto command = app.add_subcommand("sessions", "Show sessions, and run, continue or "
                                                "stop one");
  command->add_option("ACTION", c->action, "What to do (default: list)")
      ->check(CLI::IsMember({"list", "show", "run", "continue", "stop"}));
  command->add_option("SESSION", c->name, "The id of a session; with run, a pool")
      ->check(mistake_in_name);
  command->add_option(
      "TEXT", c->text,
      "With continue, the response; with run, the context (JSON); - reads "
      "it from stdin");
  command->add_option("--code", c->code, "With run: the code that the worker is to run");
  command->add_option("--query", c->query, "With continue: the query that is answered")
      ->type_name("ID");
  add_node_options(*command, c->options);
  command->callback([c, &context] { run(*c, context); });
}

} // namespace troupe::commands
