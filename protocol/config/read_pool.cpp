#include "protocol/base/address.hpp"
#include "protocol/base/json_text.hpp"
#include "protocol/config/loops.hpp"
#include "protocol/config/read.hpp"
#include "protocol/config/spelling.hpp"

#include <unistd.h>

namespace troupe::config {

namespace {

/// Workers of one pool.
constexpr uint32_t most_workers = 10'000;

/// Refuses each of `keys` that is there.
void refuse_all(section& s, std::initializer_list<std::string_view> keys,
                std::string_view why) {
  for (auto key : keys)
    if (s.get(key))
      s.wrong(key, std::string{why});
}

constexpr auto form_of_command =
    "expected an array of the program and its arguments, such as"
    " [\"python3\", \"worker.py\"]";

void read_command(section& s, std::string_view key, std::vector<std::string>& out) {
  if (!s.texts(key, out))
    return;
  if (out.empty())
    s.wrong(key, std::string{form_of_command} + ", not an empty one");
  for (size_t i = 0; i < out.size(); ++i)
    if (out[i].empty())
      s.wrong(key, "element " + std::to_string(i + 1)
                       + ": expected a string that is"
                         " not empty");
}

void read_preload(section& s, std::vector<std::string>& out) {
  read_command(s, "preload", out);
  for (auto placeholder : {"{worker}", "{socket}"})
    for (auto& word : out)
      if (word.find(placeholder) != std::string::npos)
        s.wrong("preload", std::string{placeholder}
                               + " differs from worker to worker, and one process is"
                                 " loaded for all: use it in `env`");
}

/// Reads what the node runs: a command for each worker, or one for all.
void read_commands(section& s, const worker_kind& kind, pool& out) {
  auto why = kind.refusal_of("preload");
  if (s.get("preload") && !why.empty()) {
    s.wrong("preload", std::string{why});
  } else if (s.get("preload")) {
    read_preload(s, out.preload);
    refuse_all(
        s, {"command"},
        "the workers are forked from what `preload` runs: leave one of the two out");
    return;
  }
  if (s.get("command"))
    read_command(s, "command", out.command);
  else
    s.wrong("command", std::string{"is missing: "} + form_of_command);
}

/// Refuses what is about programs that the node starts.
void refuse_program(section& s, std::string_view why) {
  refuse_all(
      s,
      {"command", "preload", "transport", "cwd", "env", "inherit_env", "user", "limits"},
      why);
}

void read_program(section& s, const worker_kind& kind, pool& out) {
  constexpr std::string_view not_ours =
      "an external pool's workers are not started by the node: leave it out";
  if (out.external) {
    refuse_program(s, not_ours);
    refuse_all(s, {"recycle", "restart"}, not_ours);
  } else if (!kind.traits.runs_program) {
    refuse_program(s, kind.refusal_of("command"));
  } else if (auto why = kind.refusal_of("command"); !why.empty()) {
    refuse_all(s, {"command", "preload"}, why);
  } else {
    read_commands(s, kind, out);
  }
}

void read_cwd(section& s, const std::filesystem::path& folder,
              std::filesystem::path& out) {
  out = folder;
  std::string text;
  if (!s.text("cwd", text))
    return;
  if (text.empty()) {
    s.wrong("cwd", "expected a path, not an empty string");
    return;
  }
  std::error_code ec;
  out = std::filesystem::weakly_canonical(folder / text, ec);
  if (ec)
    out = folder / text;
}

void read_env(section s, std::map<std::string, std::string>& out) {
  for (auto& name : s.keys()) {
    std::string value;
    auto good = s.text(name, value);
    if (name.empty()
        || name.find_first_of(std::string_view{"=\0", 2}) != std::string::npos)
      s.wrong(name, "the name of a variable must not be empty nor hold =");
    else if (good)
      out[name] = std::move(value);
  }
}

void read_elastic(section s, pool& out) {
  auto& range = out.elastic.emplace();
  s.whole("min", range.min, 0u, most_workers);
  out.size = std::max(1u, range.min);
  if (!s.get("max"))
    s.wrong("max", "is missing: the most workers that the pool may have");
  else if (s.whole("max", out.size, 1u, most_workers) && out.size < range.min)
    s.wrong("max", "expected at least size.min, which is " + std::to_string(range.min)
                       + ", not " + std::to_string(out.size));
  s.duration("idle", range.idle, 1ms, longest);
}

void read_size(section& s, pool& out) {
  if (auto n = s.get("size"); n && n->is_table())
    read_elastic(s.table("size"), out);
  else
    s.whole("size", out.size, 1u, most_workers);
}

void check_affinity(section& s, std::string_view key, const pool& p) {
  if (p.affinity == affinity::require && p.elastic)
    s.wrong(key,
            "affinity = \"require\" needs a size that is one number: a key's worker must"
            " not go while others stay");
}

void read_affinity(section& s, pool& out) {
  if (s.choice("affinity", out.affinity,
               {{"prefer", affinity::prefer}, {"require", affinity::require}}))
    check_affinity(s, "affinity", out);
}

void read_restart(section s, restart& out) {
  s.choice("policy", out.policy,
           {{"always", restart_policy::always},
            {"on-failure", restart_policy::on_failure},
            {"never", restart_policy::never}});
  auto given = s.duration("delay", out.delay, 0ms, longest);
  if (s.duration("max_delay", out.max_delay, 1ms, longest))
    given = true;
  if (given && out.max_delay < out.delay)
    s.wrong("max_delay", "expected at least restart.delay, which is " + spell(out.delay)
                             + ", not " + spell(out.max_delay));
  s.whole("intensity", out.intensity, 0u, 1'000'000u);
  s.duration("period", out.period, 1ms, longest);
}

constexpr auto any = uint64_t{INT64_MAX}; // TOML has no larger number

void read_recycle(section s, const worker_kind& kind, recycle& out) {
  s.whole("jobs", out.jobs, uint64_t{0}, any);
  s.duration("age", out.age, 0ms, longest);
  s.duration("idle", out.idle, 0ms, longest);
  s.size("memory", out.memory, 0, any);
  s.share("jitter", out.jitter);
  s.whole("one_in", out.one_in, 1u, 10'000u);
  if (out.jobs > 0)
    refuse(s, "jobs", kind, "recycle.jobs");
  if (out.memory > 0)
    refuse(s, "memory", kind, "recycle.memory");
}

void read_heartbeat(section s, const worker_kind& kind, heartbeat& out) {
  s.duration("every", out.every, 0ms, longest);
  s.duration("timeout", out.timeout, 1ms, longest);
  if (out.every > 0ms)
    refuse(s, "every", kind, "heartbeat.every");
}

/// Keys about calls that kill workers, or that are run again.
void read_repetition(section& s, const worker_kind& kind, pool& out) {
  s.whole("retries", out.retries, 0u, 100u);
  auto guards = s.whole("quarantine", out.quarantine, 0u, 1'000'000u);
  auto rules = s.choice("abandoned", out.abandoned,
                        {{"finish", abandonment::finish}, {"kill", abandonment::kill}});
  if (rules)
    refuse(s, "abandoned", kind, "abandoned");
  if (guards && out.quarantine > 0)
    refuse(s, "quarantine", kind, "quarantine");
  if (out.retries > 0)
    refuse(s, "retries", kind, "retries");
}

void read_limits(section s, limits& out) {
  s.size("memory", out.memory, 0, any);
  s.whole("open_files", out.open_files, uint64_t{0}, any);
  // A 0 is a 0, with or without its unit.
  auto n = s.get("cpu");
  if (n && (n->value_exact<int64_t>() == 0 || n->value_exact<std::string>() == "0"))
    return;
  if (s.duration("cpu", out.cpu, 0ms, longest) && out.cpu % 1s != 0ms)
    s.wrong("cpu", "expected whole seconds: the system counts no less");
}

void read_on(section& s, std::vector<std::string>& out) {
  if (!s.texts("on", out))
    return;
  if (out.empty())
    s.wrong("on",
            "expected the names of nodes, not an empty array: without this key every"
            " node runs the pool");
  for (size_t i = 0; i < out.size(); ++i)
    if (!is_valid_name(out[i]))
      s.wrong("on", "element " + std::to_string(i + 1)
                        + ": expected the name of a node, not " + json_string(out[i]));
}

void read_loops(section& s, const worker_kind& kind, pool& out) {
  if (!s.whole("loops", out.loops, 1u, most_loops) || out.loops == 1)
    return;
  refuse(s, "loops", kind, "loops");
  if (out.external)
    s.wrong("loops", "an external pool has one socket, and so one loop: leave it out");
}

/// Keeps the account, too: no start of a worker looks it up again.
void read_user(section& s, pool& out) {
  std::string name;
  if (!s.text("user", name))
    return;
  if (::geteuid() != 0)
    s.wrong("user", "needs a node that runs as root");
  else if (auto account = find_account(name); !account)
    s.wrong("user", "no user " + json_string(name) + " on this machine");
  else {
    out.account.found = std::make_shared<const user_account>(*std::move(account));
    out.user = std::move(name);
  }
}

} // namespace

void read_pool(section& s, const std::filesystem::path& folder, const worker_kinds& known,
               pool& out) {
  auto kind = find_kind(s, known);
  s.flag("external", out.external);
  read_program(s, kind, out);
  read_protocol(s, known, kind, out);
  read_cwd(s, folder, out.cwd);
  read_env(s.table("env"), out.env);
  s.flag("inherit_env", out.inherit_env);
  read_size(s, out);
  if (out.external && out.elastic)
    s.wrong("size",
            "an external pool has as many workers as come: give the most as one number");
  s.whole("window", out.window, 1u, 65'536u);
  read_loops(s, kind, out);
  s.choice("ready", out.ready,
           {{"handshake", ready_mode::handshake}, {"spawn", ready_mode::spawn}});
  s.duration("boot_timeout", out.boot_timeout, 1ms, longest);
  s.duration("exec_timeout", out.exec_timeout, 1ms, longest);
  s.whole("queue_limit", out.queue_limit, 0u, 10'000'000u);
  s.duration("queue_timeout", out.queue_timeout, 1ms, longest);
  s.duration("stop_timeout", out.stop_timeout, 1ms, longest);
  s.size("max_frame", out.max_frame, 1 << 10, largest_frame);
  check_protocol(s, kind, out);
  read_own(s, known, kind, out);
  read_jsonrpc(s, out);
  read_restart(s.table("restart"), out.restart);
  read_recycle(s.table("recycle"), kind, out.recycle);
  read_heartbeat(s.table("heartbeat"), kind, out.heartbeat);
  read_limits(s.table("limits"), out.limits);
  read_repetition(s, kind, out);
  read_slow(s, kind, out);
  read_affinity(s, out);
  read_user(s, out);
  read_survive(s, kind, out);
  kind.apply_to(out);
  read_on(s, out.on);
}

void read_new_size(section& s, pool& out) {
  out.elastic.reset();
  if (!s.get("size"))
    s.wrong("size", "is missing: how many workers the pool is to have");
  read_size(s, out);
  check_affinity(s, "size", out);
}

} // namespace troupe::config
