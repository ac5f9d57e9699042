#include "broker/commands/argument_checks.hpp"
#include "broker/commands/commands.hpp"
#include "broker/commands/operation.hpp"
#include "broker/commands/progress_bar.hpp"
#include "protocol/base/json_text.hpp"
#include "protocol/base/printable.hpp"
#include "protocol/wires/envelope.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <istream>
#include <iterator>
#include <memory>
#include <ostream>
#include <random>

namespace troupe::commands {

namespace {

struct call_command {
  node_options options;
  client::call_options call;
  std::string to;
  std::string kind;
  std::string payload = "null";
};

/// Returns the timeout that `text` spells: a duration with its unit, or milliseconds.
std::optional<std::chrono::milliseconds> parse_timeout(const std::string& text) {
  auto whole = parse_milliseconds(text);
  // Checks only the form, by the same function as the node; the node has the last word.
  struct call c;
  if (!whole || !wires::set_timeout(c, std::to_string(whole->count())))
    return std::nullopt;
  return whole;
}

std::string mistake_in_timeout(const std::string& text) {
  return parse_timeout(text) ? ""
                             : "expected a duration such as 250ms, 5s or 2m, from 1ms to "
                               "366 days; not '"
                                   + printable(text) + "'";
}

/// Returns an id that no other call has.
std::string unique_id() {
  std::random_device random;
  char out[20];
  std::snprintf(out, sizeof out, "%08x%08x", random(), random());
  return out;
}

/// The id goes into lines of logs and into a header of HTTP.
std::string mistake_in_request_id(const std::string& id) {
  auto good =
      !id.empty() && id.size() <= 128
      && std::all_of(id.begin(), id.end(), [](char c) { return c > ' ' && c <= '~'; });
  return good ? "" : "expected 1 to 128 printable ASCII characters without blanks";
}

/// Returns the trace that this program is part of, or null.
trace_context_ptr own_trace() {
  auto text = [](const char* variable) {
    auto value = std::getenv(variable);
    return std::string_view{value ? value : ""};
  };
  return trace_context::parse(text("TRACEPARENT"), text("TRACESTATE"));
}

/// Reads the payload where it is on stdin. Returns whether it is JSON; else that is told.
bool complete_payload(call_command& c, command_context& context) {
  auto from_input = c.payload == "-";
  if (from_input)
    c.payload.assign(std::istreambuf_iterator<char>{context.in}, {});
  auto valid = json_text::validate(c.payload);
  if (valid) {
    c.payload = json_text::trim(c.payload);
    return true;
  }
  context.err << (from_input ? "The input" : "PAYLOAD")
              << " is not JSON: " << valid.error()
              << "\nA string needs its quotes: troupe call TO KIND '\"text\"'\n";
  context.status = exit_code::usage;
  return false;
}

/// Prints JSON of a worker: data as it came, but on a terminal so that it steers nothing.
void print_data(command_context& context, std::string_view json) {
  if (context.terminal)
    context.out << printable_json(json);
  else
    context.out << json;
}

/// Prints one part of a streamed result, at once.
void print_chunk(const shared_bytes& payload, bool json, command_context& context) {
  if (json) {
    std::string line;
    wires::append_chunk(line, std::nullopt, payload.view());
    print_data(context, line);
  } else {
    print_data(context, payload.view());
    context.out << '\n';
  }
  context.out.flush();
}

void print_result(const call_command& c, const call_result& result,
                  command_context& context) {
  if (!result) {
    report(context, c.options.json, result.error());
    context.status = exit_code::failed;
  } else if (c.options.json) {
    auto kind = json_string(c.kind);
    std::string line;
    wires::append_answer(line, std::nullopt, json_text::body(kind), result);
    print_data(context, line);
  } else {
    print_data(context, result->payload.view());
    context.out << '\n';
  }
}

void run(call_command& c, command_context& context) {
  if (!complete_payload(c, context))
    return;
  auto node = connect(context, c.options);
  if (!node)
    return;
  progress_bar bar{context.progress && !c.options.json ? &context.err : nullptr};
  auto wanted = c.call.stream;
  // A call that streams is not run again when its worker died: --idempotent has the say.
  c.call.stream = wanted || (context.progress && !c.options.json && !c.call.idempotent);
  c.call.trace = own_trace();
  if (c.call.request_id.empty())
    c.call.request_id = unique_id();
  auto on_chunk = [&](const shared_bytes& payload) {
    if (bar.show(payload.view()) || !wanted)
      return;
    bar.clear();
    print_chunk(payload, c.options.json, context);
  };
  auto result = node->call(c.to, c.kind, c.payload, c.call, on_chunk);
  bar.clear();
  print_result(c, result, context);
}

} // namespace

void add_call(CLI::App& app, command_context& context) {
  auto c = std::make_shared<call_command>();
  auto command = app.add_subcommand("call", "Make one call and print its result");
  command
      ->add_option(
          "TO", c->to,
          "A pool (echo), a worker (echo.0), either at another node (echo@beta), "
          "or '$node' for operations")
      ->required();
  command->add_option("KIND", c->kind, "What is asked of the worker")->required();
  command->add_option("PAYLOAD", c->payload,
                      "JSON; - reads it from stdin (default: null)");
  command
      ->add_option_function<std::string>(
          "--timeout",
          [c](const std::string& text) { c->call.timeout = parse_timeout(text); },
          "How long the call may take, waiting included: 250ms, 5s, 2m; a number alone "
          "is "
          "milliseconds (default: the pool's limits)")
      ->check(mistake_in_timeout)
      ->type_name("DURATION");
  command->add_flag("--idempotent", c->call.idempotent,
                    "It may be run again when its worker or its node died");
  command
      ->add_option("--priority", c->call.priority,
                   "From -10 (last) to 10 (first) (default: 0)")
      ->check(whole_number_from(-10, 10));
  command->add_option("--key", c->call.key,
                      "Calls with one key go to one worker while it lives");
  command
      ->add_option("--request-id", c->call.request_id,
                   "Names the call in logs and in 'troupe calls' (default: a random one)")
      ->check(mistake_in_request_id)
      ->type_name("ID");
  command->add_flag("--stream", c->call.stream,
                    "Print the parts of a streamed result as they come, a line each");
  add_node_options(*command, c->options);
  command->callback([c, &context] { run(*c, context); });
}

} // namespace troupe::commands
