#include "protocol/base/fault_json.hpp"

#include "protocol/base/json_writer.hpp"

namespace troupe {

namespace {

void write(json_object_writer& out, const exit_status& status) {
  if (auto s = std::get_if<signalled>(&status))
    out.add("signal", s->signal).add("signal_name", signal_name(s->signal));
  else if (std::holds_alternative<disconnected>(status))
    out.add("disconnected", true);
  else if (auto code = std::get_if<exited>(&status))
    out.add("exit_code", code->code);
  else
    out.add("exit_code", nullptr);
}

void write(json_object_writer& out, const worker_end& end) {
  out.add("reason", word_for(end.reason));
  write(out, end.status);
}

void write(json_object_writer& out, const worker_facts& worker) {
  out.add("worker", worker.name);
  if (worker.pid)
    out.add("pid", *worker.pid);
  if (worker.stderr_lines)
    out.add_json("stderr", to_json_array(*worker.stderr_lines));
}

void write(json_object_writer& out, const fault_details& d) {
  out.append(d.relayed);
  if (d.flaw)
    out.add("reason", word_for(*d.flaw));
  // Clients know this order: a terminal, which has no stderr, is named before its end.
  auto worker_first = d.worker && !d.worker->stderr_lines;
  if (worker_first)
    write(out, *d.worker);
  if (d.end)
    write(out, *d.end);
  if (d.worker && !worker_first)
    write(out, *d.worker);
  if (d.quarantined)
    out.add("quarantined", true);
  if (auto cause = d.cause.get())
    out.add_json("cause", to_json(*cause));
  if (d.retry_after)
    out.add("retry_after_ms", d.retry_after->count());
  if (d.session)
    out.add("session_id", d.session->id).add("state", to_string(d.session->state));
}

void write(json_object_writer& out, const fault& f) {
  auto& row = info(f.what);
  out.add("code", row.name)
      .add("message", f.message.empty() ? row.summary : std::string_view{f.message})
      .add("retryable", row.retryable);
  write(out, f.details);
}

template <class T>
std::string members_of(const T& value) {
  json_object_writer out;
  write(out, value);
  return out.members();
}

} // namespace

std::string to_json_members(const fault& f) {
  return members_of(f);
}

std::string to_json(const fault& f) {
  json_object_writer out;
  write(out, f);
  return out.object();
}

std::string to_json_members(const fault_details& details) {
  return members_of(details);
}

std::string to_json_members(const worker_end& end) {
  return members_of(end);
}

std::string to_json_members(const exit_status& status) {
  return members_of(status);
}

} // namespace troupe
