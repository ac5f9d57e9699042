#include "protocol/base/json_text.hpp"
#include "protocol/base/printable.hpp"
#include "protocol/config/read.hpp"

/// Keys that depend on the protocol of a pool, and on the kind of worker that it names.
namespace troupe::config {

worker_kind find_kind(section& s, const worker_kinds& known) {
  if (auto kind = known.find_by_key([&](auto key) { return s.get(key) != nullptr; })) {
    auto isolate = s.get("isolate");
    auto is_isolated = kind->isolated && isolate && isolate->value_or(false);
    return is_isolated ? *kind->isolated : *kind;
  }
  auto named = pool{}.protocol;
  if (auto n = s.get("protocol"))
    named = n->value_or(named);
  auto kind = known.find(named);
  return kind ? *kind : worker_kind{};
}

void refuse(section& s, std::string_view key, const worker_kind& kind,
            std::string_view path) {
  if (auto why = kind.refusal_of(path); !why.empty())
    s.wrong(key, std::string{why});
}

void read_protocol(section& s, const worker_kinds& known, const worker_kind& kind,
                   pool& out) {
  if (auto named = s.text("protocol", out.protocol); named && !kind.named_by.empty())
    refuse(s, "protocol", kind, "protocol");
  else if (named && !known.find(out.protocol))
    s.wrong("protocol",
            "expected one of " + known.names() + ", not " + json_string(out.protocol));
  auto given = s.choice("transport", out.transport,
                        {{"stdio", transport::stdio},
                         {"unix", transport::unix_socket},
                         {"tcp", transport::tcp}});
  auto row = kind.traits_of(out.protocol);
  if (given && out.transport != transport::stdio)
    refuse(s, "transport", kind, "transport");
  if (given && row && (row->sockets > 0 || row->child_listens))
    s.wrong("transport", "workers that speak " + out.protocol
                             + " have sockets of their own: leave it out");
}

void read_survive(section& s, const worker_kind& kind, pool& out) {
  if (!s.flag("survive", out.survive) || !out.survive)
    return;
  if (!kind.refusal_of("survive").empty())
    return refuse(s, "survive", kind, "survive");
  auto row = kind.traits_of(out.protocol);
  auto can = row
             && (row->child_listens
                 || (row->may_survive && out.transport == transport::unix_socket));
  if (!out.preload.empty())
    s.wrong("survive",
            "workers that are forked (preload) end with the node: leave one of the two"
            " out");
  else if (out.external)
    s.wrong("survive",
            "an external pool's workers outlive the node anyway: leave it out");
  else if (!can)
    s.wrong("survive", "needs workers that speak session, or json-lines with transport ="
                       " \"unix\": pipes end with the node");
  else if (out.ready == ready_mode::spawn)
    s.wrong("survive",
            "needs ready = \"handshake\": that is how a worker is known again");
}

void check_protocol(section& s, const worker_kind& kind, const pool& p) {
  auto row = kind.traits_of(p.protocol);
  if (!row)
    return;
  if (p.external && !row->may_dial_in)
    s.wrong("protocol", "external workers speak json-lines, not " + p.protocol);
  if (row->most_window > 0 && p.window > row->most_window)
    s.wrong("window", "workers that speak " + p.protocol + " hold at most "
                          + counted(row->most_window, "call") + " at a time, not "
                          + std::to_string(p.window));
  if (row->most_frame > 0 && p.max_frame > row->most_frame)
    s.wrong("max_frame", "frames of " + p.protocol + " have at most "
                             + std::to_string(row->most_frame) + " bytes, not "
                             + std::to_string(p.max_frame));
}

void read_own(section& s, const worker_kinds& known, const worker_kind& kind, pool& out) {
  for (auto& other : known.all())
    if (other.traits.kind != kind.traits.kind)
      for (auto& key : other.own_keys)
        if (s.get(key) && key != other.named_by)
          s.wrong(key, "is for pools with "
                           + (other.named_by.empty()
                                  ? "protocol = \"" + other.traits.kind + '"'
                                  : "the key " + other.named_by));
  if (s.get("window"))
    refuse(s, "window", kind, "window");
  if (s.get("ready") && out.ready != ready_mode::spawn)
    refuse(s, "ready", kind, "ready");
  if (out.external)
    refuse(s, "external", kind, "external");
  if (kind.read_own)
    kind.read_own(s, out);
}

} // namespace troupe::config
