#include "broker/client/connection_file.hpp"

#include "actors/loop/unique_fd.hpp"
#include "actors/os/read_file.hpp"

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstring>
#include <stdexcept>

namespace troupe::client {

namespace {

[[noreturn]] void cannot_write(const std::filesystem::path& path, int error) {
  throw std::runtime_error{"cannot write '" + path.string()
                           + "': " + std::strerror(error)};
}

std::string describe(const connection_info& info) {
  boost::json::object o;
  o["url"] = info.url;
  o["port"] = info.url.empty() ? 0 : std::stoi(info.url.substr(info.url.rfind(':') + 1));
  o["api_key"] = info.api_key;
  o["pid"] = ::getpid();
  o["socket"] = info.socket;
  o["node"] = info.node;
  if (!info.view_key.empty())
    o["view_key"] = info.view_key;
  return boost::json::serialize(o) + "\n";
}

} // namespace

connection_file::connection_file(const std::filesystem::path& state_dir,
                                 const connection_info& info)
  : path_(state_dir / "connection.json")
  , fresh_(state_dir / "connection.json.new")
  , content_(describe(info)) {
  struct stat found {};
  if (::lstat(path_.c_str(), &found) == 0 && S_ISDIR(found.st_mode))
    cannot_write(path_, EISDIR);
  ::unlink(fresh_.c_str()); // of a node that was killed
  loop::unique_fd fd{::open(fresh_.c_str(),
                            O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
                            S_IRUSR | S_IWUSR)};
  if (!fd)
    cannot_write(fresh_, errno);
  auto n = ::write(fd.get(), content_.data(), content_.size());
  if (n == static_cast<ssize_t>(content_.size()))
    return;
  auto error = n < 0 ? errno : ENOSPC;
  ::unlink(fresh_.c_str());
  cannot_write(fresh_, error);
}

void connection_file::publish() {
  if (::rename(fresh_.c_str(), path_.c_str()) != 0)
    cannot_write(path_, errno);
}

void connection_file::withdraw() noexcept {
  ::unlink(fresh_.c_str());
  if (os::read_file(path_) == content_) // else it is another node's by now
    ::unlink(path_.c_str());
}

connection_file::~connection_file() {
  withdraw();
}

} // namespace troupe::client
