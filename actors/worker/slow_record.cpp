#include "actors/worker/slow_record.hpp"

#include "actors/interfaces/pool_context.hpp"
#include "protocol/base/json_text.hpp"
#include "protocol/base/json_writer.hpp"
#include "protocol/base/utc_timestamp.hpp"

namespace troupe::worker {

namespace {

/// Bytes of a worker's stderr in a line of the log: all of it is in the record.
constexpr size_t shown_stderr = 2048;

std::string kind_of(const slow_record& r) {
  return json_text::unescape(r.call.kind.view());
}

std::string in_ms(std::chrono::milliseconds d) {
  return std::to_string(d.count()) + " ms";
}

/// Returns the end of what the worker has written to stderr meanwhile, and why it is
/// there; empty for nothing.
std::string stderr_of(const slow_record& r) {
  std::string text;
  for (auto line = r.lines.rbegin(); line != r.lines.rend(); ++line) {
    if (text.size() + line->size() > shown_stderr)
      break;
    text = *line + (text.empty() ? "" : "\n") + text;
  }
  return text.empty() ? text : "; stderr: " + text;
}

std::string command_json(const slow_record& r) {
  auto& words = r.call.pool->config.slow.command;
  json_object_writer o;
  o.add("program", words.empty() ? "" : words.front());
  o.add("output", r.told->output);
  o.add("cut", r.told->cut);
  o.add("end", r.told->end);
  return o.object();
}

} // namespace

slow_record::milliseconds slow_record::waited() const {
  return std::chrono::duration_cast<milliseconds>(call.started - call.taken);
}

std::string slow_record::outcome() const {
  if (!end)
    return "running";
  if (end->runs_again)
    return "again";
  return end->how == code::none ? "ok" : to_string(end->how);
}

std::string to_json(const slow_record& r) {
  json_object_writer o;
  o.add("time", utc_timestamp(r.time));
  o.add("pool", r.call.pool->config.name);
  o.add("worker", r.call.worker_name);
  if (r.pid > 0)
    o.add("pid", r.pid);
  else
    o.add("pid", nullptr);
  o.add_escaped("kind", r.call.kind.view());
  if (r.call.request_id.size() > 0)
    o.add_escaped("request_id", r.call.request_id.view());
  else
    o.add("request_id", nullptr);
  if (r.call.trace)
    o.add("trace_id", trace_id_of(r.call.trace));
  else
    o.add("trace_id", nullptr);
  o.add("waited_ms", r.waited().count());
  o.add("run_ms", r.run.count());
  o.add("deadline_ms", r.left.count());
  o.add("outcome", r.outcome());
  o.add_json("stderr", to_json_array(r.lines));
  if (r.told)
    o.add_json("command", command_json(r));
  else
    o.add("command", nullptr);
  return o.object();
}

std::string begin_line(const slow_record& r) {
  return r.call.worker_name + ": slow call of kind " + kind_of(r) + " runs for "
         + in_ms(r.run) + ", has waited " + in_ms(r.waited()) + " and has "
         + in_ms(r.left) + " left" + stderr_of(r);
}

std::string end_line(const slow_record& r) {
  auto text = r.call.worker_name + ": slow call of kind " + kind_of(r) + " ended ("
              + r.outcome() + ") after " + in_ms(r.run) + ", had waited "
              + in_ms(r.waited()) + stderr_of(r);
  if (r.told) {
    text += "; slow_command " + r.told->end;
    if (!r.told->output.empty())
      text += (r.told->cut ? ", output (cut): " : ", output: ") + r.told->output;
  }
  return text;
}

event to_event(const slow_record& r) {
  event_members members{{"pool", r.call.pool->config.name},
                        {"worker", r.call.worker_name}};
  if (r.pid > 0)
    members.push_back({"pid", r.pid});
  members.push_back({"call", escaped_text{r.call.kind.str()}});
  members.push_back({"waited_ms", r.waited().count()});
  members.push_back({"run_ms", r.run.count()});
  members.push_back({"deadline_ms", r.left.count()});
  return {"call_slow", std::move(members), r.call.worker_name};
}

} // namespace troupe::worker
