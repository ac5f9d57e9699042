#include "protocol/config/read.hpp"

#include <algorithm>

namespace troupe::config {

void read_slow(section& s, const worker_kind& kind, pool& out) {
  if (s.duration("slow", out.slow.after, std::chrono::milliseconds{0}, longest)
      && out.slow.after.count() > 0)
    refuse(s, "slow", kind, "slow");
  auto& command = out.slow.command;
  if (!s.texts("slow_command", command))
    return;
  if (command.empty() || std::find(command.begin(), command.end(), "") != command.end())
    s.wrong("slow_command", "expected an array of the program and its arguments, such as"
                            " [\"py-spy\", \"dump\", \"--pid\", \"{pid}\"]");
  else if (out.slow.after.count() == 0)
    s.wrong("slow_command", "is never run without slow, which says after how long");
  else if (!kind.traits.runs_program && out.slow.names_process())
    s.wrong("slow_command", "{pid}: a worker that is an actor of the node has no process"
                            " of its own");
}

} // namespace troupe::config
