#include "actors/interfaces/behaviour_self.hpp"

namespace troupe {

fault fault_of_throw(const std::exception_ptr& thrown) {
  try {
    std::rethrow_exception(thrown);
  } catch (const std::exception& e) {
    return {code::worker_died, e.what()};
  } catch (...) {
    return {code::worker_died, "something that is no std::exception"};
  }
}

} // namespace troupe
