#include "broker/serve/prepared_web.hpp"

#include "broker/serve/log_file.hpp"
#include "broker/serve/reloading.hpp"

#include <algorithm>
#include <utility>

namespace troupe::serve {

namespace {

/// Returns who reads the files of uploads, if the workers run as another user.
std::optional<front::web::upload_reader> reader_of(const config::web& web,
                                                   const config::file& config) {
  auto pool = std::find_if(config.pools.begin(), config.pools.end(),
                           [&](auto& p) { return p.name == web.pool; });
  if (pool == config.pools.end() || !pool->account.found)
    return std::nullopt;
  return front::web::upload_reader{pool->account.found->user, pool->account.found->group};
}

result<void, std::string> bind(const config::web& web, prepared_web& out) {
  auto bound = front::bind_tcp(web.listen, web.tls ? "https" : "http");
  if (!bound)
    return failure("listen: " + bound.error());
  out.socket = *std::move(bound);
  if (!web.tls)
    return {};
  auto loaded = front::certificates::load(files_of(*web.tls));
  if (!loaded)
    return failure("tls: " + loaded.error());
  out.certificates = *std::move(loaded);
  return {};
}

result<void, std::string> open_files(const config::web& web, const config::file& config,
                                     const std::filesystem::path& state_dir,
                                     prepared_web& out) {
  if (web.files) {
    auto files = front::web::static_files::open(web.files->dir, web.files->forbid);
    if (!files)
      return failure("static.dir: " + files.error());
    out.files = *std::move(files);
  }
  if (web.mapping == config::web_mapping::http && !web.raw_body) {
    auto folder = web.uploads.dir.empty() ? state_dir / "uploads" : web.uploads.dir;
    auto made = front::web::upload_folder::make(folder, reader_of(web, config));
    if (!made)
      return failure("uploads.dir: " + made.error());
    out.uploads = *std::move(made);
  }
  if (web.access_log.file.empty())
    return {};
  out.access_path = state_dir / web.access_log.file;
  auto opened = open_log_file(out.access_path, "access log");
  if (!opened)
    return failure("access_log: " + opened.error());
  out.access_file = *std::move(opened);
  return {};
}

} // namespace

result<prepared_web, std::string> prepare_web(const config::web& web,
                                              const config::file& config,
                                              const std::filesystem::path& state_dir) {
  prepared_web out;
  out.config = web;
  out.node = config.node.name;
  auto done = bind(web, out);
  if (done)
    done = open_files(web, config, state_dir, out);
  if (!done)
    return failure("web." + web.name + '.' + done.error());
  return out;
}

} // namespace troupe::serve
