#include "actors/node/process_metrics.hpp"

#include "actors/os/own_process.hpp"
#include "protocol/metrics/node_metrics.hpp"

namespace troupe::node {

metrics_sources::registration add_process_source(metrics_sources& to) {
  return to.add("process", [started = os::own_start()](const metrics_answer& answer) {
    answer(make_metrics_snapshot([started](metrics::metric_list& out) {
      namespace process = metrics::node;
      // Here, since this is the thread that has time for it.
      auto use = os::read_own_use();
      out.add(process::cpu, {}, use.cpu);
      out.add(process::open_fds, {}, use.open_descriptors);
      out.add(process::max_fds, {}, use.most_descriptors);
      out.add(process::virtual_memory, {}, use.virtual_memory);
      out.add(process::resident_memory, {}, use.resident_memory);
      out.add(process::start_time, {}, started);
    }));
  });
}

} // namespace troupe::node
