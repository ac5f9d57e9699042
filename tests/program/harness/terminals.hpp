#pragma once

#include "tests/program/harness/node_process.hpp"

#include <string>

/// What tests of programs on terminals do again and again.
namespace program {

/// A pool of one shell whose prompt is `> `.
inline const char* const shell_pool = "[pool.shell]\ncommand = [\"bash\", \"--norc\"]\n"
                                      "protocol = \"terminal\"\nenv = { PS1 = \"> \" }\n";

/// Starts a program and returns what the node says of it.
/// @param more Further members of the request, with a comma before them.
inline http_response spawn(http_client& http, const std::string& name,
                           const std::string& script, const std::string& more = {}) {
  return http.post("/api/spawn", "{\"name\":\"" + name
                                     + "\",\"cli\":\"sh\",\"args\":[\"-c\",\"" + script
                                     + "\"]" + more + "}");
}

inline std::string screen(http_client& http, const std::string& name) {
  return http.get("/api/spawned/" + name + "/snapshot")["screen"];
}

/// Returns whether a screen shows `text`, now or soon.
inline bool shows(http_client& http, const std::string& name, const std::string& text) {
  return eventually([&] { return screen(http, name).find(text) != std::string::npos; });
}

/// Returns how many terminals there are.
inline size_t terminals(http_client& http) {
  return http.get("/api/spawned").body.count("agents");
}

} // namespace program
