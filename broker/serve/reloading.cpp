#include "broker/serve/reloading.hpp"

#include "actors/node/added_operations.hpp"
#include "broker/serve/log.hpp"
#include "broker/serve/service_manager.hpp"

#include <caf/all.hpp>
#include <spdlog/spdlog.h>

namespace troupe::serve {

namespace {

/// Stands for the file where there is none.
constexpr auto no_file = "no file";

} // namespace

result<config::file, config::mistake_list> config_source::read() const {
  auto names = known();
  names.load_plugin = [this](auto& path) { return plugins->load(path); };
  return file.empty() ? config::parse("", no_file, names, overrides, defaults)
                      : config::load(file, names, overrides, defaults);
}

result<config::file, config::mistake_list> config_source::read_again() const {
  auto names = known();
  // One that was not there at the start waits for a restart, as all of [node].
  names.load_plugin = [](auto&) -> result<void, std::string> { return {}; };
  return file.empty() ? config::parse("", no_file, names, overrides, defaults)
                      : config::load_again(file, names, overrides, defaults);
}

config::known_kinds config_source::known() const {
  config::known_kinds all{kinds->known()};
  all.followers = followers->table();
  node::add_operations(all, behaviours);
  return all;
}

std::filesystem::path config_source::folder() const {
  return config::folder_of(file.empty() ? "." : file);
}

front::certificate_files files_of(const config::http_tls& tls) {
  return {{tls.certificate, tls.key}, tls.client_authority};
}

result<node::reread_config, std::string>
reread(const config_source& source, const config::file& before, bool has_pools,
       front::certificates* shown, spdlog::logger& log) {
  auto read = source.read_again();
  if (!read) {
    std::string text;
    for (auto& m : read.error())
      text += (text.empty() ? "" : "; ") + to_string(m);
    return failure(std::move(text));
  }
  auto& now = *read;
  if (has_pools && now.pools.empty() && now.pools_elsewhere == 0
      && !now.node.allow_no_pools)
    return failure((source.file.empty() ? "the command line" : source.file)
                   + " has no pool, so it may be half written: to remove all pools, set "
                     "node.allow_no_pools = true in it");
  auto followed = followers::prepare(now.followers, *source.followers);
  if (!followed)
    return failure(followers::to_string(followed.error()));
  if (shown && now.http.tls) {
    if (auto replaced = shown->replace(files_of(*now.http.tls)); !replaced)
      return failure("http.tls: " + replaced.error());
    log.info("new clients of https are shown the certificate that is in {} now",
             now.http.tls->certificate.string());
    now.http.tls = before.http.tls;
  }
  now.node.allow_no_pools = before.node.allow_no_pools;
  set_level(log, now.node.log.level);
  now.node.log.level = before.node.log.level;
  if (now.node != before.node || now.http != before.http || now.socket != before.socket
      || now.session != before.session || now.cluster != before.cluster
      || now.operations != before.operations || now.metrics != before.metrics)
    log.warn(
        "what changed in [node], [http], [socket], [session], [cluster], [operation] or "
        "[metrics] waits for a restart of the node");
  return node::reread_config{std::move(now.pools), {*std::move(followed)}};
}

void reload(caf::actor_system& system, const node_actor& node,
            const std::shared_ptr<spdlog::logger>& log) {
  log->info("SIGHUP: reading the configuration again");
  notify_reloading();
  system.spawn([node, log](caf::event_based_actor* self) {
    call reload;
    reload.kind = shared_bytes::literal("reload");
    reload.taken = steady_clock::now();
    self->request(node, caf::infinite, std::move(reload))
        .then(
            [log](outcome& result) {
              log->info("reloaded: {}", result.payload.view());
              notify_service_manager("READY=1\nSTATUS=the configuration was reloaded");
            },
            [log](caf::error& e) {
              auto why = to_fault(e);
              if (why.what
                  != code::bad_request) // NODE has said what is wrong in the file
                log->error("reload: {}", why.message);
              notify_service_manager(
                  "READY=1\nSTATUS=the last reload failed: the log says why");
            });
  });
}

} // namespace troupe::serve
