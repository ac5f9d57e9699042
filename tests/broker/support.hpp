#pragma once

#include <boost/test/unit_test.hpp>

#include "actors/loop/unique_fd.hpp"
#include "broker/client/client.hpp"
#include "protocol/base/result.hpp"
#include "tests/protocol/support.hpp"

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace test {

/// A folder of this test alone.
class temporary_folder {
public:
  temporary_folder();
  ~temporary_folder();
  temporary_folder(const temporary_folder&) = delete;
  temporary_folder& operator=(const temporary_folder&) = delete;

  /// Writes a file in it; returns its path.
  std::string write(const std::string& name, std::string_view content) const;

  std::filesystem::path path;
};

/// An environment variable that has its old value again afterwards.
class environment_variable {
public:
  /// @param value nullptr to unset it.
  environment_variable(const char* name, const char* value);
  ~environment_variable();
  environment_variable(const environment_variable&) = delete;
  environment_variable& operator=(const environment_variable&) = delete;

private:
  const char* name_;
  std::optional<std::string> before_;
};

/// The server's end of a connection; blocking. Nothing more to read is an empty string.
class peer {
public:
  explicit peer(troupe::loop::unique_fd fd)
    : fd_(std::move(fd)) {}

  /// Returns the next line without its end.
  std::string read_line();
  /// Returns the next HTTP request: head, empty line and body.
  std::string read_request();
  /// Returns whatever comes next; nothing at the end.
  std::string read_some();
  void write(std::string_view text);
  /// Answers a request with `body`.
  void respond(std::string_view status, std::string_view body,
               std::string_view headers = "Content-Type: application/json\r\n");
  void close() { fd_.reset(); }

private:
  bool fill();
  std::string take(size_t n);

  troupe::loop::unique_fd fd_;
  std::string input_;
};

/// A server that serves one connection after the other on a thread of its own.
class server {
public:
  using service = std::function<void(peer&)>;

  /// Listens on the unix socket at `path`.
  server(const std::filesystem::path& path, service serve);
  /// Listens on a free port of this machine.
  explicit server(service serve);
  ~server() { stop(); }

  /// Returns the URL of a server with a port.
  const std::string& url() const { return url_; }

  /// Waits until the connections that were made are served.
  void stop();

private:
  void start(service serve);

  troupe::loop::unique_fd listening_;
  std::string url_;
  std::thread thread_;
};

/// Returns the client inside `opened`; fails the test where there is none.
troupe::client::client_ptr good(troupe::result<troupe::client::client_ptr> opened);

/// Returns the fault inside `result`; fails the test where there is none.
troupe::fault fault_in(const troupe::call_result& result);

/// Returns the payload inside `result`; fails the test where there is none.
std::string payload_in(const troupe::call_result& result);

} // namespace test
