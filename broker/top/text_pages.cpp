// The pages of text: facts, log and help.

#include "broker/commands/json_fields.hpp"
#include "broker/top/listing.hpp"
#include "broker/top/text_wrap.hpp"
#include "protocol/base/printable.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>

namespace troupe::top {

namespace {

namespace json = boost::json;
using commands::fields::text;

/// A fact may be long, and so may its name: both are text of others.
constexpr size_t fact_bytes = 2000;

/// Returns `text` on one line. A tab is as wide as four spaces.
std::string one_line(std::string_view text) {
  std::string all;
  for (auto c : printable(text, tabs::keep))
    all += c == '\t' ? "    " : std::string{c};
  return all;
}

void append_wrapped(std::vector<std::string>& out, std::string_view line, size_t columns,
                    size_t indent = 2) {
  for (auto& part : wrap(line, columns, indent))
    out.push_back(std::move(part));
}

std::string plain(const json::value& v) {
  auto s = v.if_string();
  return s ? std::string{s->data(), s->size()} : json::serialize(v);
}

/// Appends `name  value` for each value in `v`: of objects and arrays, those in them.
void add_facts(std::vector<std::pair<std::string, std::string>>& out,
               const std::string& label, const json::value& v) {
  if (auto o = v.if_object(); o && !o->empty()) {
    for (auto& [key, value] : *o)
      add_facts(out, (label.empty() ? "" : label + '.') + std::string{key}, value);
    return;
  }
  if (auto a = v.if_array(); a && !a->empty()) {
    for (auto& value : *a)
      add_facts(out, label, value);
    return;
  }
  auto value = plain(v);
  value.resize(std::min(value.size(), fact_bytes));
  out.emplace_back(printable(label.substr(0, fact_bytes)), one_line(value));
}

std::vector<std::string> fact_lines(const json::value& v, size_t columns) {
  std::vector<std::pair<std::string, std::string>> facts;
  add_facts(facts, "", v);
  constexpr size_t most = 24;
  size_t width = 0;
  for (auto& [label, value] : facts)
    width = std::max(width, std::min(label.size(), most));
  std::vector<std::string> lines;
  for (auto& [label, value] : facts)
    append_wrapped(lines,
                   label + std::string(width - std::min(width, label.size()) + 2, ' ')
                       + value,
                   columns, width + 2);
  return lines;
}

void add_log(std::vector<std::string>& out, const json::value& log, size_t columns) {
  auto o = log.if_object();
  auto lines = o ? o->if_contains("lines") : nullptr;
  if (!lines || !lines->is_array())
    return;
  auto earlier = commands::fields::number(log, "earlier");
  size_t n = 0;
  for (auto& line : lines->get_array()) {
    append_wrapped(out, one_line(plain(line)), columns);
    if (++n == earlier)
      out.emplace_back("-- that worker has ended; what follows is of the next --");
  }
}

std::vector<std::string> log_lines(const json::value& answer, size_t columns) {
  std::vector<std::string> lines;
  auto o = answer.if_object();
  auto workers = o ? o->if_contains("workers") : nullptr;
  if (!workers || !workers->is_array()) {
    add_log(lines, answer, columns);
  } else {
    for (auto& w : workers->get_array()) {
      lines.push_back("==> " + printable(text(w, "name")) + " <==");
      add_log(lines, w, columns);
    }
  }
  if (lines.empty())
    lines.emplace_back("(nothing)");
  return lines;
}

std::vector<std::string> help_lines(const model& m) {
  std::vector<std::string> lines{
      "1 pools  2 workers  3 calls  4 terminals  5 events  6 nodes",
      "",
      "up down, PgUp PgDn, Home End   move",
      "Enter   in: a pool and its workers, the pools of another node, else all facts",
      "Esc     out again",
      "/       filter: only rows with a text; Enter keeps it, Esc removes it",
      "< >     sort by the column to the left or right; before the first: problems first",
      "o       the other way round",
      "i       all facts of the row",
      "p       pause, and go on",
      "l       log: the last lines on stderr of the worker, or of the pool's workers",
      "a       attach to the terminal; ctrl-] d comes back",
      "?       this page",
      "q       quit; so does ctrl-C",
      ""};
  if (m.read_only)
    lines.emplace_back("Nothing can be changed from here (--read-only).");
  else
    lines.insert(lines.end(),
                 {"These change something, and ask first:", "",
                  "R       restart the pool or the worker",
                  "D       drain the pool, or let it take calls again; take a node out",
                  "S       scale: set the number of the pool's workers",
                  "X       cancel the call",
                  "K       stop the pool or the worker; end the program on a terminal"});
  return lines;
}

} // namespace

std::vector<std::string> lines_of(const model& m, const node_data& data, size_t columns) {
  switch (m.here().what) {
    case page::help: {
      std::vector<std::string> lines;
      for (auto& line : help_lines(m))
        append_wrapped(lines, line, columns, 8);
      return lines;
    }
    case page::log:
      return has_answer(m, data) ? log_lines(data.answer, columns)
                                 : std::vector<std::string>{};
    case page::facts: {
      if (!has_answer(m, data))
        return {};
      auto what = current(m, data);
      return what ? fact_lines(*what->what.what, columns)
                  : std::vector<std::string>{"It is not there any more."};
    }
    default:
      return {};
  }
}

} // namespace troupe::top
