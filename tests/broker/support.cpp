#include "tests/broker/support.hpp"

#include "protocol/base/fault_json.hpp"
#include "tests/unix_socket_name.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fstream>

namespace test {

temporary_folder::temporary_folder() {
  auto name = (std::filesystem::temp_directory_path() / "troupe-XXXXXX").string();
  if (!::mkdtemp(name.data()))
    BOOST_FAIL(std::strerror(errno));
  path = std::filesystem::canonical(name);
}

temporary_folder::~temporary_folder() {
  std::error_code ec;
  std::filesystem::remove_all(path, ec);
}

std::string temporary_folder::write(const std::string& name,
                                    std::string_view content) const {
  std::ofstream{path / name} << content;
  return (path / name).string();
}

environment_variable::environment_variable(const char* name, const char* value)
  : name_(name) {
  if (auto old = std::getenv(name))
    before_ = old;
  if (value)
    ::setenv(name, value, 1);
  else
    ::unsetenv(name);
}

environment_variable::~environment_variable() {
  if (before_)
    ::setenv(name_, before_->c_str(), 1);
  else
    ::unsetenv(name_);
}

bool peer::fill() {
  char bytes[4096];
  auto n = ::recv(fd_.get(), bytes, sizeof bytes, 0);
  if (n > 0)
    input_.append(bytes, static_cast<size_t>(n));
  return n > 0;
}

std::string peer::take(size_t n) {
  auto result = input_.substr(0, n);
  input_.erase(0, n);
  return result;
}

std::string peer::read_line() {
  while (input_.find('\n') == std::string::npos)
    if (!fill())
      return {};
  auto line = take(input_.find('\n') + 1);
  line.pop_back();
  return line;
}

std::string peer::read_request() {
  while (input_.find("\r\n\r\n") == std::string::npos)
    if (!fill())
      return {};
  auto end = input_.find("\r\n\r\n") + 4;
  auto length = input_.find("Content-Length: ");
  if (length < end)
    end += std::stoul(input_.substr(length + 16));
  while (input_.size() < end)
    if (!fill())
      return {};
  return take(end);
}

std::string peer::read_some() {
  if (input_.empty())
    fill();
  return take(input_.size());
}

void peer::write(std::string_view text) {
  while (!text.empty()) {
    auto n = ::send(fd_.get(), text.data(), text.size(), MSG_NOSIGNAL);
    if (n <= 0)
      return;
    text.remove_prefix(static_cast<size_t>(n));
  }
}

void peer::respond(std::string_view status, std::string_view body,
                   std::string_view headers) {
  write("HTTP/1.1 " + std::string{status} + "\r\n" + std::string{headers}
        + "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n"
        + std::string{body});
}

server::server(const std::filesystem::path& path, service serve)
  : listening_(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  auto name = troupe::testing::unix_socket_name(path);
  if (::bind(listening_.get(), reinterpret_cast<sockaddr*>(&name), sizeof name) != 0)
    BOOST_FAIL(std::strerror(errno));
  start(std::move(serve));
}

server::server(service serve)
  : listening_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_in name{};
  name.sin_family = AF_INET;
  name.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof name;
  auto address = reinterpret_cast<sockaddr*>(&name);
  if (::bind(listening_.get(), address, size) != 0
      || ::getsockname(listening_.get(), address, &size) != 0)
    BOOST_FAIL(std::strerror(errno));
  url_ = "http://127.0.0.1:" + std::to_string(ntohs(name.sin_port));
  start(std::move(serve));
}

void server::start(service serve) {
  if (::listen(listening_.get(), 8) != 0)
    BOOST_FAIL(std::strerror(errno));
  thread_ = std::thread{[fd = listening_.get(), serve = std::move(serve)] {
    for (;;) {
      troupe::loop::unique_fd accepted{::accept4(fd, nullptr, nullptr, SOCK_CLOEXEC)};
      if (!accepted)
        return;
      peer p{std::move(accepted)};
      serve(p);
    }
  }};
}

void server::stop() {
  if (!thread_.joinable())
    return;
  ::shutdown(listening_.get(), SHUT_RDWR); // ends the accept
  thread_.join();
  listening_.reset();
}

troupe::client::client_ptr good(troupe::result<troupe::client::client_ptr> opened) {
  if (!opened)
    BOOST_FAIL(opened.error().message);
  return *std::move(opened);
}

troupe::fault fault_in(const troupe::call_result& result) {
  if (result)
    BOOST_FAIL("a result: " + result->payload.str());
  return result.error();
}

std::string payload_in(const troupe::call_result& result) {
  if (!result)
    BOOST_FAIL(to_json(result.error()));
  return result->payload.str();
}

} // namespace test
