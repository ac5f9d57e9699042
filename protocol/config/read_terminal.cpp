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

void read_pool(section& s, const std::filesystem::path& folder,
               const protocol_table& known, pool& out) {
  s.flag("external", out.external);
  if (out.external)
    refuse_for_external(s);
  else
    read_command(s, out.command);
  read_protocol(s, known, out);
  read_cwd(s, folder, out.cwd);
  read_env(s.table("env"), out.env);
  s.flag("inherit_env", out.inherit_env);
  read_size(s, out);
  if (out.external && out.elastic)
    s.wrong("size",
            "an external pool has as many workers as come: give the most as one number");
  s.whole("window", out.window, 1u, 65'536u);
  s.choice("ready", out.ready,
           {{"handshake", ready_mode::handshake}, {"spawn", ready_mode::spawn}});
  s.duration("boot_timeout", out.boot_timeout, 1ms, longest);
  s.duration("exec_timeout", out.exec_timeout, 1ms, longest);
  s.whole("queue_limit", out.queue_limit, 0u, 10'000'000u);
  s.duration("queue_timeout", out.queue_timeout, 1ms, longest);
  s.duration("stop_timeout", out.stop_timeout, 1ms, longest);
  s.size("max_frame", out.max_frame, 1 << 10, 1 << 30);
  check_protocol(s, known, out);
  read_terminal(s, out);
  read_restart(s.table("restart"), out.restart);
  read_recycle(s.table("recycle"), out);
  read_heartbeat(s.table("heartbeat"), out);
  read_limits(s.table("limits"), out.limits);
  read_repetition(s, out);
  read_affinity(s, out);
  read_user(s, out.user);
  read_survive(s, known, out);
}

} // namespace troupe::config
