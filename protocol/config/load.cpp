#include "protocol/config/load.hpp"

#include "protocol/base/address.hpp"
#include "protocol/base/json_text.hpp"
#include "protocol/config/check_of.hpp"
#include "protocol/config/key_depth.hpp"
#include "protocol/config/listen.hpp"
#include "protocol/config/loops.hpp"
#include "protocol/config/overrides.hpp"
#include "protocol/config/read.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <list>
#include <memory>

namespace troupe::config {

namespace {

/// Bytes of the largest file read: what is larger was not written by hand, and a device
/// has no end.
constexpr size_t largest_file = 16 * 1024 * 1024;

/// The table of a pool, open for what is found wrong once all pools are read.
struct pool_section {
  pool_section(section& all, const std::string& pool_name)
    : name(pool_name)
    , own(all.table(pool_name)) {}

  std::string name;
  section own;
};

/// Holds a pool to the loops that the node is configured for, if it is.
void check_loops(pool_section& o, const std::vector<pool>& all, const node& own) {
  if (own.loops == 0)
    return; // the node has as many as are wanted
  for (auto& p : all)
    if (p.name == o.name && p.runs_on(own.name))
      if (auto why = why_too_few_loops(p, own.loops); !why.empty())
        o.own.wrong("loops", std::move(why));
}

void read_pools(section s, const std::filesystem::path& folder, const worker_kinds& known,
                file& read) {
  auto& out = read.pools;
  std::list<pool_section> open;
  for (auto& name : s.keys()) {
    if (!is_valid_name(name))
      s.wrong(name, "the name of a pool is a letter and then up to 62 letters, digits,"
                    " _ or -");
    auto& p = out.emplace_back();
    p.name = name;
    // A value that is no table is one mistake, not also a pool without a command.
    if (auto n = s.get(name); n->is_table()) {
      read_pool(open.emplace_back(s, name).own, folder, known, p);
    } else {
      s.wrong(name, "expected a table, not " + std::string{type_of(*n)});
    }
  }
  for (auto& o : open)
    check_loops(o, out, read.node);
  for (auto& o : open)
    if (auto good = check_of(o.name, out, read.node.name, read.cluster.is_on()); !good)
      o.own.wrong(good.error().key, good.error().why);
}

/// Reports `listen` if http has that address already.
void check_listen(section& s, const std::string& own, const std::string& of_http) {
  auto a = parse_listen(own);
  auto b = parse_listen(of_http);
  if (a && b && is_one_place(*a, *b))
    s.wrong("listen", "http.listen has this address already: " + json_string(of_http));
}

void read_file(section root, const std::filesystem::path& folder,
               const known_kinds& known, const service_defaults& defaults, file& out) {
  read_node(root.table("node"), folder, known, defaults, out.node);
  read_http(root.table("http"), folder, defaults, out.http);
  read_socket(root.table("socket"), defaults, out.socket);
  read_session(root.table("session"), out.session);
  read_trace(root.table("trace"), out.trace);
  auto of_cluster = root.table("cluster");
  read_cluster(of_cluster, folder, out.cluster);
  check_listen(of_cluster, out.cluster.listen, out.http.listen);
  read_pools(root.table("pool"), folder, known.workers, out);
  read_followers(root.table("follower"), folder, known.followers, out.followers);
  read_operations(root.table("operation"), known, out.operations);
  auto of_metrics = root.table("metrics");
  read_metrics(of_metrics, out.metrics);
  check_listen(of_metrics, out.metrics.listen, out.http.listen);
  read_webs(root.table("web"), folder, out);
}

using open_file = std::unique_ptr<std::FILE, int (*)(std::FILE*)>;

tl::unexpected<mistake_list> unreadable(const std::filesystem::path& path,
                                        const std::string& why) {
  return failure(mistake_list{{path.string(), 0, {}, "cannot be read: " + why}});
}

/// Opens the file at `path`; null with `errno` set if that fails.
/// @param only_regular Leaves anything else, such as a pipe, unopened: `errno` is 0 then.
open_file open_to_read(const std::filesystem::path& path, bool only_regular) {
  if (!only_regular)
    return {std::fopen(path.c_str(), "rb"), &std::fclose};
  open_file none{nullptr, &std::fclose};
  // Without O_NONBLOCK, opening a named pipe waits until somebody writes to it.
  auto fd = ::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
  if (fd < 0)
    return none;
  struct stat info {};
  if (::fstat(fd, &info) == 0 && S_ISREG(info.st_mode))
    return {::fdopen(fd, "rb"), &std::fclose};
  ::close(fd);
  errno = 0;
  return none;
}

/// Returns the content of the file at `path`.
result<std::string, mistake_list> content_of(const std::filesystem::path& path,
                                             bool again) {
  auto in = open_to_read(path, again);
  if (!in && errno == 0)
    return unreadable(path, "it is no regular file, so it cannot be read a second time");
  if (!in)
    return unreadable(path, std::strerror(errno));
  std::string text;
  char chunk[16 * 1024];
  while (auto n = std::fread(chunk, 1, sizeof chunk, in.get())) {
    text.append(chunk, n);
    if (text.size() > largest_file)
      return unreadable(path, "it is larger than 16 MiB");
  }
  if (std::ferror(in.get()))
    return unreadable(path, std::strerror(errno));
  return text;
}

result<file, mistake_list> read_at(const std::filesystem::path& path,
                                   const known_kinds& known,
                                   const std::vector<std::string>& overrides,
                                   const service_defaults& defaults, bool again) {
  auto text = content_of(path, again);
  if (!text)
    return failure(std::move(text).error());
  return parse(*text, path, known, overrides, defaults);
}

} // namespace

std::filesystem::path folder_of(const std::filesystem::path& path) {
  std::error_code ec;
  auto absolute = std::filesystem::absolute(path, ec);
  auto folder = (ec ? path : absolute).parent_path();
  auto canonical = std::filesystem::weakly_canonical(folder, ec);
  return ec ? folder : canonical;
}

std::string to_string(const mistake& m) {
  auto out = m.file;
  if (m.line > 0)
    out += ":" + std::to_string(m.line);
  if (!m.key.empty())
    out += ": " + m.key;
  return out + ": " + m.message;
}

result<file, mistake_list> parse(std::string_view text, const std::filesystem::path& path,
                                 const known_kinds& known,
                                 const std::vector<std::string>& overrides,
                                 const service_defaults& defaults) {
  report wrong{path.string()};
  file read;
  if (auto line = find_deep_key(text)) {
    wrong.add({{*line, 1}, {*line, 1}, {}}, {},
              "a key has at most " + std::to_string(most_key_parts) + " parts");
    return failure(wrong.take());
  }
  try {
    auto root = toml::parse(text, path.string());
    apply_overrides(root, overrides, wrong);
    read_file({wrong, &root, {}, {}}, folder_of(path), known, defaults, read);
  } catch (const toml::parse_error& e) {
    wrong.add(e.source(), {}, "TOML: " + std::string{e.description()});
  }
  if (auto all = wrong.take(); !all.empty())
    return failure(std::move(all));
  // Checked like the others, but not this node's.
  read.pools_elsewhere = std::erase_if(
      read.pools, [&](const pool& p) { return !p.runs_on(read.node.name); });
  return read;
}

result<file, mistake_list> load(const std::filesystem::path& path,
                                const known_kinds& known,
                                const std::vector<std::string>& overrides,
                                const service_defaults& defaults) {
  return read_at(path, known, overrides, defaults, false);
}

result<file, mistake_list> load_again(const std::filesystem::path& path,
                                      const known_kinds& known,
                                      const std::vector<std::string>& overrides,
                                      const service_defaults& defaults) {
  return read_at(path, known, overrides, defaults, true);
}

} // namespace troupe::config
