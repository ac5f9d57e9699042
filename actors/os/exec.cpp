#include "actors/os/exec.hpp"

#include "actors/os/birth.hpp"
#include "actors/os/child_ends.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace troupe::os {

spawn_result execute(const spawn_spec& spec, const rlimit& files, child_slots& slots) {
  auto ends = make_child_ends(spec);
  if (!ends)
    return failure(std::move(ends).error());
  program_start program{spec};
  auto& output = spec.terminal ? ends->input.read : ends->output.write;
  auto& errors = ends->errors.write ? ends->errors.write : output;
  // The numbers that the sockets have before they get those of the child.
  std::vector<int> numbers(ends->inherited.size());
  birth b{&spec,
          &program,
          slots.put(0, ends->input.read),
          slots.put(1, output),
          slots.put(2, errors),
          numbers.data(),
          static_cast<int>(numbers.size()),
          0,
          ::getpid(),
          files};
  for (size_t i = 0; i < numbers.size(); ++i)
    numbers[i] = slots.put(3 + i, ends->inherited[i]);
  b.highest = std::max({b.input, b.output, b.errors});
  for (auto fd : numbers)
    b.highest = std::max(b.highest, fd);
  int pidfd = -1;
  auto pid = give_birth(b, pidfd);
  auto error = errno;
  slots.clear();
  if (pid < 0)
    return failure(std::string{"cannot make a process: "} + std::strerror(error));
  loop::unique_fd exit{pidfd};
  if (b.failed_step != birth_step::none) {
    int status = 0;
    while (::waitpid(pid, &status, 0) < 0 && errno == EINTR)
      ;
    return failure(explain(b));
  }
  return take_ends(std::move(*ends), pid, std::move(exit));
}

} // namespace troupe::os
