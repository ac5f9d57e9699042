#pragma once

namespace troupe::os {

/// Whether this program was started to be a guardian: `main` asks first of all.
bool is_guardian(int argc, char** argv);

/// The life of a guardian: listens to the node through stdin, and when that ends, the
/// node being gone, kills what the node's children have left. Returns its exit status.
int run_guardian(char** argv);

} // namespace troupe::os
