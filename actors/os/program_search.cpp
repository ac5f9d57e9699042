#include "actors/os/program_search.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

namespace troupe::os {

namespace {

namespace fs = std::filesystem;

/// Returns 0 if the calling process may run `file`, else why not.
int try_file(const fs::path& file) {
  struct stat what {};
  if (::stat(file.c_str(), &what) != 0)
    return errno;
  if (!S_ISREG(what.st_mode))
    return EACCES;
  return ::faccessat(AT_FDCWD, file.c_str(), X_OK, AT_EACCESS) == 0 ? 0 : errno;
}

} // namespace

std::optional<std::string_view> search_path(const std::vector<std::string>& environment) {
  constexpr std::string_view name = "PATH=";
  for (std::string_view variable : environment)
    if (variable.starts_with(name))
      return variable.substr(name.size());
  return std::nullopt;
}

std::vector<std::string> program_files(const std::string& program,
                                       std::optional<std::string_view> path) {
  if (program.empty() || program.find('/') != std::string::npos)
    return {program};
  std::vector<std::string> files;
  auto rest = path.value_or(system_search_path);
  for (;;) {
    auto end = rest.find(':');
    auto folder = rest.substr(0, end);
    // An empty one is the working directory.
    files.push_back(std::string{folder.empty() ? "." : folder} + '/' + program);
    if (end == std::string_view::npos)
      return files;
    rest.remove_prefix(end + 1);
  }
}

bool is_next_file_tried(int error) {
  switch (error) {
    case ENOENT:
    case ENOTDIR:
    case EACCES:
    case ELOOP:
    case ENAMETOOLONG:
    case ENODEV: // of a network that is gone, like the two below
    case ESTALE:
    case ETIMEDOUT:
      return true;
    default:
      return false;
  }
}

result<fs::path, std::string> find_program(const std::string& program,
                                           std::optional<std::string_view> path,
                                           const fs::path& folder) {
  auto reported = ENOENT;
  for (auto& name : program_files(program, path)) {
    auto file = folder / name;
    auto error = program.empty() ? ENOENT : try_file(file);
    if (error == 0)
      return file;
    if (error == EACCES || !is_next_file_tried(error))
      reported = error;
  }
  auto text = '\'' + program + "': " + std::strerror(reported);
  if (program.find('/') == std::string::npos)
    text += " in PATH=" + std::string{path.value_or(system_search_path)};
  return failure(std::move(text));
}

std::filesystem::path own_program() {
  std::error_code ec;
  return std::filesystem::read_symlink("/proc/self/exe", ec);
}

std::optional<std::string> interpreter_of(const fs::path& file) {
  auto fd = ::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
  if (fd < 0)
    return std::nullopt;
  std::array<char, 256> start{}; // the kernel reads no more of it either
  auto n = ::read(fd, start.data(), start.size());
  ::close(fd);
  std::string_view text{start.data(), n > 0 ? static_cast<size_t>(n) : 0};
  if (!text.starts_with("#!"))
    return std::nullopt;
  text.remove_prefix(2);
  text = text.substr(0, text.find('\n'));
  text.remove_prefix(std::min(text.find_first_not_of(" \t"), text.size()));
  return std::string{text.substr(0, text.find_first_of(" \t"))};
}

} // namespace troupe::os
