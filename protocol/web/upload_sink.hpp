#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace troupe::web {

/// Why a file of a form is not there, in the numbers of PHP's `UPLOAD_ERR_…`.
enum class upload_error : uint8_t {
  none = 0,
  /// There is no folder for it.
  no_folder = 6,
  cannot_write = 7,
  /// Files whose name ends so are not taken.
  extension = 8,
};

/// Takes the files of one request, one after the other. Whoever implements it removes
/// them when the request is over.
class upload_sink {
public:
  virtual ~upload_sink() = default;

  /// Begins a file. Returns its path, or nothing if it cannot be made.
  virtual std::optional<std::string> open() = 0;
  /// Appends to the file that was begun last. Returns whether that worked.
  virtual bool write(std::string_view bytes) = 0;
  /// Ends that file. Returns whether all of it is there.
  virtual bool close() = 0;
  /// Removes that file, which may still be open: nobody will be told of it.
  virtual void remove() = 0;
};

} // namespace troupe::web
