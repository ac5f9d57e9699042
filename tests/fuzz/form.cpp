// Feeds the reader of urlencoded forms whatever comes to libFuzzer's mind: what it makes
// of it must be JSON, or an error.
#include "protocol/base/json_text.hpp"
#include "protocol/web/form_body.hpp"

#include <cstdint>
#include <cstdlib>

using namespace troupe;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  auto tree = web::read_form_body({reinterpret_cast<const char*>(data), size});
  if (tree && !(json_text::is_object(*tree) && json_text::is_valid(*tree)))
    std::abort();
  return 0;
}
