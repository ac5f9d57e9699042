#pragma once

#include "tests/program/harness/node_process.hpp"

#include <string>
#include <vector>

namespace program {

/// A tmux server of its own with one window, in which a shell runs.
class terminal_window {
public:
  terminal_window() {
    tmux({"-f", "/dev/null", "new-session", "-d", "-x", "70", "-y", "20",
          "env PS1='outer$ ' sh"});
    tmux({"set", "-g", "status", "off"});
    tmux({"resize-window", "-x", "70", "-y", "20"});
  }
  ~terminal_window() { tmux({"kill-server"}); }
  terminal_window(const terminal_window&) = delete;
  terminal_window& operator=(const terminal_window&) = delete;

  std::string tmux(std::vector<std::string> arguments) const {
    std::vector<std::string> all = {"tmux", "-S", folder_.path() + "/s"};
    all.insert(all.end(), arguments.begin(), arguments.end());
    return run(all).second;
  }
  void type(const std::string& text) const { tmux({"send-keys", "-l", text}); }
  void press(const std::string& key) const { tmux({"send-keys", key}); }
  std::string value(const std::string& name) const {
    return tmux({"display-message", "-p", "#{" + name + "}"});
  }
  std::string screen() const { return tmux({"capture-pane", "-p"}); }
  bool shows(const std::string& text) const {
    return eventually([&] { return screen().find(text) != std::string::npos; });
  }

  /// Attaches to the shell of `node`.
  void attach(const node_process& node, const std::string& options = {}) const {
    attach_to("shell", node.socket(), options);
  }
  void attach_to(const std::string& name, const std::string& node,
                 const std::string& options = {}) const {
    type(std::string{TROUPE_BINARY} + " attach " + name + " --node " + node + " "
         + options + "; echo status=$?");
    press("Enter");
  }

private:
  temporary_folder folder_;
};

} // namespace program
