#include "actors/public/host_folder.hpp"

#include "actors/os/private_folder.hpp"
#include "actors/session/registry_files.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <stdexcept>
#include <system_error>

namespace troupe {

namespace {

namespace fs = std::filesystem;

bool any_pool(const config::file& config, bool (*has)(const config::pool&)) {
  return std::any_of(config.pools.begin(), config.pools.end(), has);
}

void or_throw(const result<void, std::string>& r) {
  if (!r)
    throw std::runtime_error{r.error()};
}

} // namespace

host_folder::host_folder(const config::file& config) {
  if (config.node.state_dir != config::node{}.state_dir)
    take_state_dir(config);
  else if (any_pool(config, [](auto& p) { return p.survive; }))
    throw std::runtime_error{
        "survive: the workers of a node without node.state_dir cannot outlive it: the "
        "next one would not find them"};
  else
    make_temporary();
  try {
    for (auto name : {"sessions", "workers"})
      or_throw(os::make_private_folder(path_ / name));
    open_registry();
  } catch (...) { // the destructor of what was not made is not called
    if (!kept_)
      fs::remove_all(path_);
    throw;
  }
}

host_folder::~host_folder() {
  registry_.reset();
  std::error_code ec; // nobody could be told
  if (!kept_)
    fs::remove_all(path_, ec);
}

void host_folder::take_state_dir(const config::file& config) {
  auto has_users = any_pool(config, [](auto& p) { return !p.user.empty(); });
  kept_.emplace(config.node.state_dir, config.node.name, has_users,
                os::folder_lock::node);
  path_ = kept_->path();
}

void host_folder::make_temporary() {
  auto pattern = (fs::temp_directory_path() / "troupe-node-XXXXXX").string();
  if (!::mkdtemp(pattern.data()))
    throw std::system_error{errno, std::generic_category(),
                            "cannot make a temporary folder " + pattern};
  path_ = pattern;
}

void host_folder::open_registry() {
  auto file = path_ / "sessions.db";
  or_throw(session::protect_registry(file));
  auto opened = session::session_registry::open(file);
  if (!opened)
    throw std::runtime_error{opened.error()};
  registry_ = std::make_shared<session::session_registry>(*std::move(opened));
  auto read = registry_->load();
  if (!read)
    throw std::runtime_error{"the registry of sessions: " + read.error()};
  earlier_ = *std::move(read);
}

} // namespace troupe
