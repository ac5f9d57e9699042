#pragma once

#include "protocol/hello/hello_line.hpp"

#include <ostream>

namespace troupe::hello {

inline std::ostream& operator<<(std::ostream& out, reason r) {
  return out << name_of(r);
}

} // namespace troupe::hello

namespace troupe::testing {

/// Returns a node as it introduces itself, one unlike each other.
inline hello::introduction node_named(const std::string& name, uint64_t incarnation = 7) {
  hello::introduction who;
  who.cluster = "main";
  who.node = name;
  who.incarnation = incarnation;
  who.process = "process of " + name;
  who.beat = std::chrono::milliseconds{500};
  who.advertise = name + ".example:7718";
  who.program = "0.1.0";
  return who;
}

} // namespace troupe::testing
