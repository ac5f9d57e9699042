#pragma once

#include "actors/loop/unique_fd.hpp"

namespace troupe::os {

/// Opens a regular file below `folder` to be read, and nothing else: no other kind of
/// file, and no path that leads out of the folder, by `..` or a link. Returns nothing if
/// it cannot. Never waits for whoever else has the file open.
/// @param path Relative.
loop::unique_fd open_beneath(int folder, const char* path);

/// The same without help of the kernel, for those older than 5.6: follows no link at all.
loop::unique_fd open_beneath_by_steps(int folder, const char* path);

} // namespace troupe::os
