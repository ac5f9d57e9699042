#include "actors/os/guardian_process.hpp"

#include <cstdio>

/// The guardian of a node that runs in another program: that program's own file is none
/// of Troupe's, so it cannot be run once more.
int main(int argc, char** argv) {
  if (troupe::os::is_guardian(argc, argv))
    return troupe::os::run_guardian(argv);
  std::fputs("troupe-guardian: started by nodes, and by nobody else\n", stderr);
  return 2;
}
