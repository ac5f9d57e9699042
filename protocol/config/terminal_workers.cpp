#include "protocol/config/terminal_workers.hpp"

#include "protocol/base/json_member.hpp"
#include "protocol/base/limits.hpp"
#include "protocol/config/read.hpp"

namespace troupe::config {

namespace {

void read_terminal(section& s, pool& out) {
  auto t = s.table("terminal");
  t.whole("rows", out.terminal.rows, uint16_t{1}, uint16_t{1000});
  t.whole("columns", out.terminal.columns, uint16_t{1}, uint16_t{1000});
  t.whole("scrollback", out.terminal.scrollback, 0u, 100'000u);
  t.duration("settle", out.terminal.settle, 0ms, longest);
  t.duration("boot", out.terminal.boot, 0ms, longest);
  t.duration("pace", out.terminal.pace, 0ms, longest);
  t.duration("idle_after", out.terminal.idle_after, 0ms, longest);
}

void settle_terminal(pool& out) {
  out.ready = ready_mode::spawn;
  out.window = troupe::limits::terminal_window;
  out.quarantine = 0; // `exit` is no mistake
}

/// Of the kinds of call that a terminal knows, those that change nothing.
bool is_look(std::string_view kind, std::string_view payload) {
  if (kind == "mode") // changes it if there is one in the payload
    return !json_text::find_member(payload, "mode");
  return kind == "info" || kind == "pending" || kind == "snapshot" || kind == "usage";
}

} // namespace

worker_kind terminal_workers() {
  worker_kind k;
  k.traits = {.kind = terminal_protocol,
              .runs_program = true,
              .takes_sessions = false,
              .has_terminal = true,
              .has_shown_name = true,
              .is_look = is_look};
  k.refuses = {
      {"transport", "workers on terminals are talked to through them"},
      {"window", "any number may watch and type on a terminal: leave it out"},
      {"loops", "what is asked of a terminal is little: leave it out"},
      {"ready", "a program on a terminal is ready as soon as it runs: leave it out"},
      {"external", "the node starts programs on terminals itself: leave it out"},
      {"preload", "a program on a terminal is started for itself: use command"},
      {"recycle.jobs", "does not apply to programs on terminals: leave it out"},
      {"heartbeat.every", "a program on a terminal answers no ping: leave it out"},
      {"abandoned", "what is asked of a terminal is over at once: leave it out"},
      {"quarantine",
       "what is typed on a terminal may well end its program: leave it out"},
      {"slow", "what is asked of a terminal is over at once: leave it out"},
      {"retries", "what was typed on a terminal is not typed again: leave it out"},
  };
  k.own_keys = {"terminal"};
  k.read_own = read_terminal;
  k.settle = settle_terminal;
  return k;
}

} // namespace troupe::config
