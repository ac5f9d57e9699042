#pragma once

#include "protocol/web/body_reader.hpp"

namespace troupe::web {

/// What is made of a body of one kind.
class body_content {
public:
  virtual ~body_content() = default;

  /// Takes the next bytes; fails as `body_reader::feed` does.
  virtual result<> feed(std::string_view bytes) = 0;
  /// Returns all of it; fails as `body_reader::feed` does.
  virtual result<parsed_body> finish() = 0;
};

} // namespace troupe::web
