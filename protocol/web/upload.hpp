#pragma once

#include "protocol/web/body_reader.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace troupe::web {

/// One file of a form while it comes, and what its worker is told of it.
class upload {
public:
  /// Begins a file in `sink`, unless the ending of its name is not allowed.
  /// @param sink Must outlive this.
  upload(std::string name, std::string type, const body_terms& terms, upload_sink& sink);

  void write(std::string_view bytes);
  void end();

  /// Returns `{"name","mime","size","error","tmpName"}`.
  std::string json() const;

private:
  void fail();

  std::string name_;
  std::string type_;
  upload_sink& sink_;
  std::string path_;
  uint64_t size_ = 0;
  upload_error error_ = upload_error::none;
};

} // namespace troupe::web
