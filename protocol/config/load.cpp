#include "protocol/config/load.hpp"

#include "protocol/address.hpp"
#include "protocol/config/overrides.hpp"
#include "protocol/config/read.hpp"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>

namespace troupe::config {

namespace {

/// Bytes of the largest file read: what is larger was not written by hand, and a device
/// has no end.
constexpr size_t largest_file = 16 * 1024 * 1024;

void read_pools(section s, const std::filesystem::path& folder, std::vector<pool>& out) {
  for (auto& name : s.keys()) {
    if (!is_valid_name(name))
      s.wrong(name, "the name of a pool is a letter and then up to 62 letters, digits,"
                    " _ or -");
    auto& p = out.emplace_back();
    p.name = name;
    // What is no table is reported as that, not as a pool without a command too.
    if (auto n = s.get(name); n->is_table()) {
      auto own = s.table(name);
      read_pool(own, folder, p);
    } else {
      s.wrong(name, "expected a table, not " + std::string{type_of(*n)});
    }
  }
}

void read_file(section root, const std::filesystem::path& folder, file& out) {
  read_node(root.table("node"), out.node);
  read_http(root.table("http"), out.http);
  read_socket(root.table("socket"), out.socket);
  read_session(root.table("session"), out.session);
  read_pools(root.table("pool"), folder, out.pools);
}

/// Returns the content of the file at `path`, or why it cannot be read.
std::variant<std::string, mistake> content_of(const std::filesystem::path& path) {
  auto failed = [&] {
    return mistake{
        path.string(), 0, {}, "cannot be read: " + std::string{std::strerror(errno)}};
  };
  std::unique_ptr<std::FILE, int (*)(std::FILE*)> in{std::fopen(path.c_str(), "rb"),
                                                     &std::fclose};
  if (!in)
    return failed();
  std::string text;
  char chunk[16 * 1024];
  while (auto n = std::fread(chunk, 1, sizeof chunk, in.get())) {
    text.append(chunk, n);
    if (text.size() > largest_file)
      return mistake{path.string(), 0, {}, "cannot be read: it is larger than 16 MiB"};
  }
  if (std::ferror(in.get()))
    return failed();
  return text;
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

std::variant<file, std::vector<mistake>>
parse(std::string_view text, const std::filesystem::path& path,
      const std::vector<std::string>& overrides) {
  report wrong{path.string()};
  file result;
  try {
    auto root = toml::parse(text, path.string());
    apply_overrides(root, overrides, wrong);
    read_file({wrong, &root, {}, {}}, folder_of(path), result);
  } catch (const toml::parse_error& e) {
    wrong.add(e.source(), {}, "TOML: " + std::string{e.description()});
  }
  if (auto mistakes = wrong.take(); !mistakes.empty())
    return mistakes;
  return result;
}

std::variant<file, std::vector<mistake>> load(const std::filesystem::path& path,
                                              const std::vector<std::string>& overrides) {
  auto text = content_of(path);
  if (auto wrong = std::get_if<mistake>(&text))
    return std::vector{std::move(*wrong)};
  return parse(std::get<std::string>(text), path, overrides);
}

} // namespace troupe::config
