#include "broker/serve/connection_file.hpp"

#include "actors/process/unique_fd.hpp"

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <fcntl.h>

#include <cerrno>
#include <fstream>
#include <iterator>
#include <system_error>

namespace troupe {

connection_file::connection_file(const std::filesystem::path& state_dir,
                                 const connection_info& info)
  : path_(state_dir / "connection.json") {
  boost::json::object o;
  o["url"] = info.url;
  o["port"] = info.url.empty() ? 0 : std::stoi(info.url.substr(info.url.rfind(':') + 1));
  o["api_key"] = info.api_key;
  o["pid"] = ::getpid();
  o["socket"] = info.socket;
  o["node"] = info.node;
  content_ = boost::json::serialize(o) + "\n";
  auto fail = [](const std::string& what) {
    throw std::system_error{errno, std::generic_category(), what};
  };
  auto fresh = path_.string() + "." + std::to_string(::getpid());
  unique_fd fd{::open(fresh.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600)};
  if (!fd)
    fail("cannot write '" + fresh + "'");
  if (::write(fd.get(), content_.data(), content_.size())
          != static_cast<ssize_t>(content_.size())
      || ::rename(fresh.c_str(), path_.c_str()) != 0)
    fail("cannot write '" + path_.string() + "'");
}

connection_file::~connection_file() {
  std::ifstream in{path_};
  std::string now{std::istreambuf_iterator<char>{in}, {}};
  if (now == content_)
    ::unlink(path_.c_str());
}

} // namespace troupe
