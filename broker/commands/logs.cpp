#include "broker/commands/argument_checks.hpp"
#include "broker/commands/commands.hpp"
#include "broker/commands/followed_log.hpp"
#include "broker/commands/operation.hpp"
#include "broker/commands/repetition.hpp"
#include "protocol/base/json_document.hpp"
#include "protocol/base/json_member.hpp"
#include "protocol/base/json_text.hpp"
#include "protocol/base/json_writer.hpp"
#include "protocol/base/printable.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <ostream>
#include <thread>
#include <utility>
#include <vector>

namespace troupe::commands {

namespace {

/// Between two looks at a log that is followed. A node keeps its last 200 lines.
constexpr auto log_look = std::chrono::milliseconds{250};

struct logs_command {
  node_options options;
  std::string name;
  std::optional<size_t> most;
  bool follow = false;
};

/// The last lines of one worker, with a mark where it ended and its successor began.
using log_lines = std::vector<std::string>;

/// @param log An object with `lines`, the first `earlier` of them of the one before.
log_lines read_log(std::string_view log) {
  log_lines all;
  auto lines = json_text::find_member(log, "lines");
  if (!lines || !lines->starts_with('['))
    return all;
  auto earlier =
      json_text::as_integer(json_text::find_member(log, "earlier").value_or("0"));
  json_text::element_reader reader{*lines};
  for (int64_t i = 0; auto line = reader.next(); ++i) {
    all.push_back(printable(json_text::as_text(*line).value_or(""), tabs::keep));
    if (earlier && i + 1 == *earlier)
      all.push_back("-- that worker has ended; what follows is of the next --");
  }
  return all;
}

/// Returns the lines of each worker in an answer; of a single one, under no name.
std::vector<std::pair<std::string, log_lines>> read_logs(std::string_view answer) {
  std::vector<std::pair<std::string, log_lines>> all;
  auto workers = json_text::find_member(answer, "workers");
  if (!workers || !workers->starts_with('[')) {
    all.emplace_back("", read_log(answer));
    return all;
  }
  json_text::element_reader reader{*workers};
  while (auto worker = reader.next())
    all.emplace_back(json_text::text_member(*worker, "name").value_or(""),
                     read_log(*worker));
  return all;
}

void print_log_lines(const log_lines& lines, size_t begin, std::ostream& out) {
  for (auto i = begin; i < lines.size(); ++i)
    out << lines[i] << '\n';
}

/// Prints the last lines, and remembers that they were printed.
void print_last_lines(const logs_command& c, std::string_view answer,
                      std::map<std::string, log_lines>& seen, std::ostream& out) {
  for (auto& [name, lines] : read_logs(answer)) {
    if (!name.empty())
      out << "==> " << name << " <==\n";
    auto most = std::min(c.most.value_or(lines.size()), lines.size());
    print_log_lines(lines, lines.size() - most, out);
    seen[name] = std::move(lines);
  }
}

/// Prints what is new. A line of one of several workers begins with its name.
/// @param most Lines of each worker that are printed, the last ones.
void print_log_news(const logs_command& c, std::string_view answer,
                    std::map<std::string, log_lines>& seen, std::ostream& out,
                    size_t most = SIZE_MAX) {
  for (auto& [name, lines] : read_logs(answer)) {
    auto news = compare_logs(seen[name], lines);
    auto is_json = c.options.json;
    auto prefix = name.empty() ? "" : name + ": ";
    if (news.has_gap && !is_json)
      out << prefix << "-- lines before this one may be missing --\n";
    auto begin = std::max(news.begin, lines.size() - std::min(most, lines.size()));
    for (auto i = begin; i < lines.size(); ++i)
      if (is_json)
        out << json_object_writer{}
                   .add("name", name.empty() ? c.name : name)
                   .add("line", lines[i])
                   .object()
            << '\n';
      else
        out << prefix << lines[i] << '\n';
    seen[name] = std::move(lines);
  }
  out.flush();
}

/// Keeps the last `most` lines of a log.
void cut_log(boost::json::object& log, size_t most) {
  auto lines = log.contains("lines") ? log["lines"].if_array() : nullptr;
  if (!lines || lines->size() <= most)
    return;
  auto gone = lines->size() - most;
  lines->erase(lines->begin(), lines->begin() + static_cast<std::ptrdiff_t>(gone));
  if (auto earlier = log.if_contains("earlier"); earlier && earlier->is_number()) {
    auto n = earlier->to_number<uint64_t>();
    *earlier = n > gone ? n - gone : 0;
  }
}

/// Returns an answer with the last `most` lines of each worker.
std::string with_last_lines(std::string_view answer, size_t most) {
  boost::json::error_code ec;
  auto read = parse_document(answer, ec);
  auto log = ec ? nullptr : read.if_object();
  if (!log)
    return std::string{answer};
  cut_log(*log, most);
  if (auto workers = log->if_contains("workers"); workers && workers->is_array())
    for (auto& one : workers->as_array())
      if (auto worker = one.if_object())
        cut_log(*worker, most);
  return boost::json::serialize(read);
}

void run(const logs_command& c, command_context& context) {
  auto node = connect(context, c.options);
  auto ask = [&] {
    return operate(context, c.options, *node, "log", name_payload(c.name));
  };
  auto answer = node ? ask() : std::nullopt;
  if (!answer)
    return;
  if (c.options.json && !c.follow)
    return c.most ? print_json(context, with_last_lines(answer->view(), *c.most))
                  : print_json(context, answer->view());
  std::map<std::string, log_lines> seen;
  if (c.options.json)
    print_log_news(c, answer->view(), seen, context.out, c.most.value_or(SIZE_MAX));
  else
    print_last_lines(c, answer->view(), seen, context.out);
  context.out.flush();
  if (c.follow) {
    exit_at_interrupt();
    node->set_patience(patience_of_follower(context));
  }
  while (c.follow && context.out) {
    std::this_thread::sleep_for(log_look);
    answer = ask();
    if (!answer)
      return;
    print_log_news(c, answer->view(), seen, context.out);
  }
}

} // namespace

void add_logs(CLI::App& app, command_context& context) {
  auto c = std::make_shared<logs_command>();
  auto command = app.add_subcommand(
      "logs", "Print what a worker, or each of a pool, wrote to its stderr last");
  command->add_option("NAME", c->name, "A worker (echo.0, echo.0@beta) or a pool (echo)")
      ->required()
      ->check(mistake_in_name);
  command->add_option("-n", c->most, "Only so many lines of each worker")
      ->check(mistake_in_whole_number)
      ->type_name("LINES");
  command->add_flag("-f,--follow", c->follow, "Print what comes, too, until Ctrl-C");
  add_node_options(*command, c->options);
  command->footer("The lines of a worker that has ended are kept until the next in its "
                  "place ends.");
  command->callback([c, &context] { run(*c, context); });
}

} // namespace troupe::commands
