#include "actors/behaviours/plugin_set.hpp"

#include "protocol/base/address.hpp"
#include "protocol/base/json_text.hpp"

#include <dlfcn.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <set>
#include <utility>

namespace troupe::behaviours {

namespace {

namespace fs = std::filesystem;

using library = std::unique_ptr<void, int (*)(void*)>;

result<std::string, std::string> content_of(const fs::path& path) {
  std::error_code ec;
  if (!fs::is_regular_file(path, ec))
    return failure(
        ec ? "cannot be read: " + ec.message()
           : std::string{fs::exists(path, ec) ? "is no regular file" : "does not exist"});
  std::ifstream in{path, std::ios::binary};
  std::string bytes(fs::file_size(path, ec), '\0');
  if (!in || ec || !in.read(bytes.data(), static_cast<std::streamsize>(bytes.size())))
    return failure("cannot be read: " + std::string{std::strerror(errno)});
  return bytes;
}

/// Returns why the file cannot be loaded here, before anything of it is.
result<void, std::string> check_file(const fs::path& path) {
  auto bytes = content_of(path);
  if (!bytes)
    return failure(std::move(bytes).error());
  auto identity = find_identity(*bytes);
  if (!identity)
    return failure("is no plugin of Troupe: it has no TROUPE_PLUGIN");
  if (auto differs = difference(*identity, build_identity{}); !differs.empty())
    return failure(std::move(differs));
  return {};
}

std::string words_of_throw() {
  return fault_of_throw(std::current_exception()).message;
}

/// Runs code of a plugin on the thread of a reader of the configuration, where a throw
/// would end more than a worker.
void guard(behaviour_kind& kind) {
  if (kind.check)
    kind.check = [check = std::move(kind.check)](const boost::json::object& options) {
      try {
        return check(options);
      } catch (...) {
        return std::vector<option_mistake>{
            {{}, "the behaviour's own check has thrown: " + words_of_throw()}};
      }
    };
  if (kind.pools)
    kind.pools = [pools = std::move(kind.pools)](const boost::json::object& options) {
      try {
        return pools(options);
      } catch (...) {
        return std::vector<config::named_pool>{}; // none that could be looked for
      }
    };
}

} // namespace

result<void, std::string> plugin_set::load(const fs::path& path) {
  auto refuse = [&](const std::string& why) {
    return failure(path.string() + " " + why);
  };
  if (auto good = check_file(path); !good)
    return refuse(good.error());
  library loaded{::dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL), &::dlclose};
  if (!loaded)
    return refuse("cannot be loaded: " + std::string{::dlerror()});
  auto symbol = ::dlsym(loaded.get(), "troupe_plugin");
  if (!symbol)
    return refuse("is no plugin of Troupe: it has no symbol troupe_plugin");
  auto& descriptor = *static_cast<const plugin_descriptor*>(symbol);
  try {
    if (auto good = take(descriptor.contents(), path.string()); !good)
      return refuse(good.error());
  } catch (...) {
    return refuse("has thrown while it was loaded: " + words_of_throw());
  }
  static_cast<void>(loaded.release()); // its code may be anywhere from now on
  return {};
}

result<void, std::string> plugin_set::take(plugin_contents contents,
                                           const std::string& path) {
  if (contents.behaviours.empty())
    return failure("has no behaviours");
  std::set<std::string> names;
  for (auto& kind : contents.behaviours) {
    auto quoted = json_string(kind.name);
    if (!is_valid_name(kind.name))
      return failure("has a behaviour " + quoted
                     + ": a name is a letter and then up to 62 letters, digits, _ or -");
    if (!kind.spawn)
      return failure("has a behaviour " + quoted + " that starts no actor");
    if (!names.insert(kind.name).second)
      return failure("has two behaviours " + quoted);
    if (auto other = known_->find(kind.name))
      return failure(
          "has a behaviour " + quoted + ", as "
          + (other->plugin.empty() ? std::string{"Troupe itself"} : other->plugin)
          + " has");
  }
  for (auto& kind : contents.behaviours) {
    guard(kind);
    kind.plugin = path;
    kind.thread = behaviour_thread::own;
    known_->add(std::move(kind));
  }
  if (contents.configure)
    configure_.push_back(std::move(contents.configure));
  return {};
}

void plugin_set::configure(caf::actor_system_config& system) const {
  for (auto& of_plugin : configure_)
    of_plugin(system);
}

} // namespace troupe::behaviours
