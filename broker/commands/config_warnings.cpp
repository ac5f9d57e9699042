#include "broker/commands/config_warnings.hpp"

#include "actors/followers/prepared_follower.hpp"
#include "actors/interfaces/pool_context.hpp"
#include "actors/os/preload_order.hpp"
#include "actors/os/program_search.hpp"
#include "actors/worker/spawn_spec.hpp"
#include "broker/serve/exposed_secrets.hpp"
#include "protocol/tls/rehearsal.hpp"

namespace troupe::commands {

namespace {

namespace fs = std::filesystem;

/// Looks for the folder that a pool's workers start in.
result<void, std::string> find_folder(const config::pool& pool) {
  std::error_code ec;
  if (fs::is_directory(pool.cwd, ec))
    return {};
  return failure("'" + pool.cwd.string() + "' is no folder"
                 + (ec ? ": " + ec.message() : ""));
}

/// Looks for the program of a pool, in the environment of its workers.
result<fs::path, std::string>
find_program(const config::pool& pool, const config::file& read,
             std::shared_ptr<const wires::wire_registry> known) {
  pool_context context;
  context.config = pool;
  context.known.wires = std::move(known);
  context.node.state_dir = read.node.state_dir.string();
  auto worker = worker::make_spawn_spec(context, 0);
  auto& spec = worker.preload ? worker.preload->program : worker;
  return os::find_program(spec.argv.front(), os::search_path(spec.env), spec.cwd);
}

/// Looks for a PEM file of `tls` in the section `of`.
void look_for_pem(const std::string& file, const std::string& of, const char* key,
                  const fs::path& path, config::mistake_list& out) {
  if (std::error_code ec; !fs::exists(path, ec))
    out.push_back(
        {file, 0, of + ".tls." + key, "warning: '" + path.string() + "' does not exist"});
}

/// @param of The section of the front.
void find_tls_warnings(const std::string& file, const std::string& of,
                       const std::optional<config::http_tls>& tls,
                       config::mistake_list& out) {
  if (!tls)
    return;
  auto before = out.size();
  look_for_pem(file, of, "cert", tls->certificate, out);
  look_for_pem(file, of, "key", tls->key, out);
  if (tls->client_authority)
    look_for_pem(file, of, "ca", *tls->client_authority, out);
  if (out.size() > before)
    return;
  if (auto read = front::certificates::load(serve::files_of(*tls)); !read)
    out.push_back({file, 0, of + ".tls", "warning: " + read.error()});
}

void find_web_warnings(const std::string& file, const config::web& web,
                       config::mistake_list& out) {
  auto of = "web." + web.name;
  find_tls_warnings(file, of, web.tls, out);
  std::error_code ec;
  if (web.files && !fs::is_directory(web.files->dir, ec))
    out.push_back({file, 0, of + ".static.dir",
                   "warning: '" + web.files->dir.string() + "' is no folder"
                       + (ec ? ": " + ec.message() : "")});
}

/// Looks whether peers would let in a node that is called `name`.
result<void, std::string> try_certificates(const config::cluster_tls& files,
                                           const std::string& name) {
  tls::identity own{files.certificate, files.key};
  auto server =
      tls::context::for_server(own, files.authority, tls::oldest_version::tls_1_3);
  if (!server)
    return failure(std::move(server).error());
  auto client =
      tls::context::for_client(files.authority, own, tls::oldest_version::tls_1_3);
  if (!client)
    return failure(std::move(client).error());
  if (auto fits = tls::rehearse(*server, *client, name); !fits)
    return failure("peers would refuse this node: " + fits.error());
  return {};
}

void find_cluster_warnings(const std::string& file, const config::file& read,
                           config::mistake_list& out) {
  auto& cluster = read.cluster;
  if (!cluster.is_on() && !cluster.peers.empty())
    out.push_back(
        {file, 0, "cluster.peers", "warning: without cluster.listen the node is alone"});
  if (!cluster.tls)
    return;
  auto& tls = *cluster.tls;
  auto before = out.size();
  look_for_pem(file, "cluster", "cert", tls.certificate, out);
  look_for_pem(file, "cluster", "key", tls.key, out);
  look_for_pem(file, "cluster", "ca", tls.authority, out);
  if (out.size() > before)
    return;
  if (auto fits = try_certificates(tls, read.node.name); !fits)
    out.push_back({file, 0, "cluster.tls", "warning: " + fits.error()});
}

} // namespace

config::mistake_list find_warnings(const serve::config_source& source,
                                   const config::file& read) {
  auto& file = source.file;
  config::mistake_list all;
  for (auto& pool : read.pools) {
    if (pool.command.empty() && pool.preload.empty())
      continue;
    auto key = "pool." + pool.name;
    // If the folder is missing, a missing program in it is no second mistake.
    if (auto folder = find_folder(pool); !folder)
      all.push_back({file, 0, key + ".cwd", "warning: " + folder.error()});
    else if (auto program = find_program(pool, read, source.wires); !program)
      all.push_back({file, 0, key + (pool.preload.empty() ? ".command" : ".preload"),
                     "warning: " + program.error()});
  }
  find_tls_warnings(file, "http", read.http.tls, all);
  for (auto& web : read.webs)
    find_web_warnings(file, web, all);
  find_cluster_warnings(file, read, all);
  if (auto ready = followers::prepare(read.followers, *source.followers); !ready)
    for (auto& w : ready.error())
      all.push_back({file, 0, w.key, "warning: " + w.message});
  for (auto& m : serve::find_exposed_secrets(source, read))
    all.push_back({m.file, m.line, m.key, "warning: " + m.message});
  return all;
}

} // namespace troupe::commands
