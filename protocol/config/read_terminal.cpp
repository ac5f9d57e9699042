#include "protocol/base/limits.hpp"
#include "protocol/config/read.hpp"

namespace troupe::config {

void read_terminal(section& s, pool& out) {
  if (!out.on_terminals()) {
    if (s.get("terminal"))
      s.wrong("terminal", "is for pools with protocol = \"terminal\"");
    return;
  }
  if (s.get("window"))
    s.wrong("window", "any number may watch and type on a terminal: leave it out");
  if (s.get("ready") && out.ready != ready_mode::spawn)
    s.wrong("ready", "a program on a terminal is ready as soon as it runs: leave it out");
  if (out.external)
    s.wrong("external", "the node starts programs on terminals itself: leave it out");
  out.ready = ready_mode::spawn;
  out.window = troupe::limits::terminal_window;
  auto t = s.table("terminal");
  t.whole("rows", out.terminal.rows, uint16_t{1}, uint16_t{1000});
  t.whole("columns", out.terminal.columns, uint16_t{1}, uint16_t{1000});
  t.whole("scrollback", out.terminal.scrollback, 0u, 100'000u);
  t.duration("settle", out.terminal.settle, 0ms, longest);
  t.duration("boot", out.terminal.boot, 0ms, longest);
  t.duration("pace", out.terminal.pace, 0ms, longest);
  t.duration("idle_after", out.terminal.idle_after, 0ms, longest);
}

} // namespace troupe::config
