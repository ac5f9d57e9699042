#include "broker/serve/reloading.hpp"

#include "actors/interfaces/log_record.hpp"
#include "actors/node/added_operations.hpp"
#include "broker/serve/log.hpp"
#include "broker/serve/service_manager.hpp"

#include <caf/all.hpp>
#include <spdlog/fmt/ranges.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <utility>

namespace troupe::serve {

namespace {

/// Stands for the file where there is none.
constexpr auto no_file = "no file";

/// Has new clients shown what the files of `tls` hold now.
/// @param now Is set to `before`, so that it is no change that waits for a restart.
/// @param of The section, for people.
result<void, std::string> renew(front::certificates& shown,
                                std::optional<config::http_tls>& now,
                                const std::optional<config::http_tls>& before,
                                const std::string& of, spdlog::logger& log) {
  if (!now)
    return {};
  if (auto replaced = shown.replace(files_of(*now)); !replaced)
    return failure(of + ".tls: " + replaced.error());
  write_log(log, spdlog::level::info, {.event = "certificate_reloaded"},
            "new clients of {} are shown the certificate that is in {} now",
            of == "http" ? "https" : of, now->certificate.string());
  now = before;
  return {};
}

result<void, std::string> renew_webs(const shown_certificates& shown,
                                     std::vector<config::web>& now,
                                     const std::vector<config::web>& before,
                                     spdlog::logger& log) {
  for (auto& web : now) {
    auto place = shown.webs.find(web.name);
    auto old = std::find_if(before.begin(), before.end(),
                            [&](auto& b) { return b.name == web.name; });
    if (place == shown.webs.end() || old == before.end())
      continue;
    auto done = renew(*place->second, web.tls, old->tls, "web." + web.name, log);
    if (!done)
      return done;
  }
  return {};
}

/// Returns the tables that have changed, of those that are read at the start alone.
std::vector<std::string> changed_tables(const config::file& now,
                                        const config::file& before) {
  using row = std::pair<const char*, bool>;
  std::vector<std::string> changed;
  for (auto [table, differs] :
       {row{"node", now.node != before.node}, row{"http", now.http != before.http},
        row{"socket", now.socket != before.socket},
        row{"session", now.session != before.session},
        row{"trace", now.trace != before.trace},
        row{"cluster", now.cluster != before.cluster},
        row{"operation", now.operations != before.operations},
        row{"metrics", now.metrics != before.metrics},
        row{"web", now.webs != before.webs}})
    if (differs)
      changed.emplace_back(table);
  return changed;
}

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
       const shown_certificates& shown, spdlog::logger& log) {
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
  if (shown.http) {
    auto done = renew(*shown.http, now.http.tls, before.http.tls, "http", log);
    if (!done)
      return failure(std::move(done).error());
  }
  if (auto done = renew_webs(shown, now.webs, before.webs, log); !done)
    return failure(std::move(done).error());
  now.node.allow_no_pools = before.node.allow_no_pools;
  set_level(log, now.node.log.level);
  now.node.log.level = before.node.log.level;
  auto waiting = changed_tables(now, before);
  if (!waiting.empty())
    write_log(log, spdlog::level::warn, {.event = "restart_needed"},
              "what changed in [{}] waits for a restart of the node",
              fmt::join(waiting, "], ["));
  return node::reread_config{
      std::move(now.pools), {*std::move(followed)}, std::move(waiting)};
}

void reload(caf::actor_system& system, const node_actor& node,
            const std::shared_ptr<spdlog::logger>& log) {
  write_log(*log, spdlog::level::info, {.event = "reload_started"},
            "SIGHUP: reading the configuration again");
  notify_reloading();
  system.spawn([node, log](caf::event_based_actor* self) {
    call reload;
    reload.kind = shared_bytes::literal("reload");
    reload.taken = steady_clock::now();
    self->request(node, caf::infinite, std::move(reload))
        .then(
            [log](outcome& result) {
              write_log(*log, spdlog::level::info, {.event = "reloaded"}, "reloaded: {}",
                        result.payload.view());
              notify_service_manager("READY=1\nSTATUS=the configuration was reloaded");
            },
            [log](caf::error& e) {
              auto why = to_fault(e);
              if (why.what
                  != code::bad_request) // NODE has said what is wrong in the file
                write_log(*log, spdlog::level::err,
                          {.event = "reload_failed", .code = to_string(why.what)},
                          "reload: {}", why.message);
              notify_service_manager(
                  "READY=1\nSTATUS=the last reload failed: the log says why");
            });
  });
}

} // namespace troupe::serve
