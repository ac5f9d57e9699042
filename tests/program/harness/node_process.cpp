#include "tests/program/harness/node_process.hpp"

#include "tests/program/harness/processes.hpp"

#include <boost/test/unit_test.hpp>

#include <fcntl.h>
#include <poll.h>

#include <csignal>
#include <stdexcept>

namespace program {

namespace {

std::string toml_array(const std::vector<std::string>& words) {
  std::string out = "[";
  for (auto& word : words) {
    out += out.size() > 1 ? ", \"" : "\"";
    for (char c : word) {
      if (c == '"' || c == '\\')
        out += '\\';
      out += c;
    }
    out += '"';
  }
  return out + "]";
}

std::string troupe_binary() {
  auto given = std::getenv("TROUPE_TEST_BINARY");
  return given ? given : TROUPE_BINARY;
}

} // namespace

std::string pool_of(const std::string& name, const std::vector<std::string>& command,
                    const std::string& keys) {
  return "[pool." + name + "]\ncommand = " + toml_array(command) + "\n" + keys + "\n";
}

std::string puppets(const std::string& name, const std::string& keys,
                    const std::vector<std::string>& arguments) {
  std::vector<std::string> command{PUPPET_BINARY};
  command.insert(command.end(), arguments.begin(), arguments.end());
  return pool_of(name, command, keys);
}

node_process::node_process(const std::string& pools, const node_options& options)
  : may_die_(options.may_die)
  , state_dir_(options.state_dir.empty() ? folder_ / "state" : options.state_dir) {
  auto config = pools;
  if (!options.whole_file)
    config = "[node]\nname = \"alpha\"\nstate_dir = \"" + state_dir_ + "\"\n"
             + options.node_keys + "\n[http]\nlisten = \"127.0.0.1:0\"\n" + pools;
  auto path = (options.config_folder.empty() ? folder_.path() : options.config_folder)
              + "/troupe.toml";
  write_file(path, config);
  start(path, options);
  try {
    await_ready();
  } catch (...) {
    kill(); // no destructor runs after this
    throw;
  }
}

void node_process::start(const std::string& config_path, const node_options& options) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0)
    throw std::runtime_error{"no pipe"};
  output_ = descriptor{ends[0]};
  descriptor writer{ends[1]};
  descriptor errors{::open((folder_ / "stderr").c_str(),
                           O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600)};
  auto command = options.through;
  auto program = options.program;
  if (program.empty())
    program.push_back(troupe_binary());
  command.insert(command.end(), program.begin(), program.end());
  command.insert(command.end(), {"serve", "-c", config_path});
  pid_ = start_process(std::move(command), environment(options.env),
                       {writer.get(), errors.get(), folder_.path()});
}

void node_process::await_ready() {
  auto deadline = clock::now() + patience;
  while (ready_line_.find('\n') == std::string::npos) {
    auto left = std::chrono::ceil<milliseconds>(deadline - clock::now()).count();
    pollfd p{output_.get(), POLLIN, 0};
    char buffer[512];
    auto n = left > 0 && ::poll(&p, 1, static_cast<int>(left)) > 0
                 ? ::read(output_.get(), buffer, sizeof buffer)
                 : 0;
    if (n <= 0)
      throw std::runtime_error{"the node did not become ready: " + ready_line_
                               + errors()};
    ready_line_.append(buffer, static_cast<size_t>(n));
  }
  ready_line_.pop_back();
  reply connection{read_file(state_dir_ + "/connection.json")};
  socket_ = connection["socket"];
  url_ = connection["url"];
  key_ = connection["api_key"];
  port_ = static_cast<int>(connection.number("port"));
}

node_process::~node_process() {
  if (pid_ < 0)
    return;
  signal(SIGTERM);
  auto status = wait(5s);
  if (!status) { // calls that never end may be left in it
    signal(SIGTERM);
    status = wait();
  }
  BOOST_CHECK_MESSAGE(status == 0 || (status && may_die_),
                      "the node ended with "
                          << (status ? std::to_string(*status) : "a hang") << ": "
                          << errors());
  if (!status)
    kill();
}

reply node_process::operation(const std::string& kind, const std::string& payload) const {
  auto r = connect().call("$node", kind, payload);
  if (r["error"] != "null")
    throw std::runtime_error{kind + ": " + r.text};
  return {r["payload"]};
}

reply node_process::worker(const std::string& name) const {
  return operation("worker", "{\"name\":\"" + name + "\"}");
}

pid_t node_process::worker_pid(const std::string& name) const {
  int64_t pid = -1;
  auto found = eventually([&] {
    auto w = worker(name);
    pid = w.number("pid");
    return w["state"] == "ready" || w["state"] == "busy";
  });
  if (!found)
    throw std::runtime_error{name + " is not ready: " + worker(name).text};
  return static_cast<pid_t>(pid);
}

void node_process::signal(int number) const {
  if (pid_ <= 0)
    return;
  ::kill(pid_, number);
  if (number == SIGSTOP)
    BOOST_TEST(eventually([this] { return is_stopped(pid_); }));
}

std::optional<int> node_process::wait(milliseconds limit) {
  auto status = wait_for_end(pid_, limit);
  if (status)
    pid_ = -1;
  return status;
}

std::optional<int> node_process::terminate(milliseconds limit) {
  signal(SIGTERM);
  return wait(limit);
}

void node_process::kill() {
  signal(SIGKILL);
  wait();
}

std::string node_process::errors() const {
  return read_file(folder_ / "stderr");
}

} // namespace program
