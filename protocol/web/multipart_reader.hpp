#pragma once

#include "protocol/base/result.hpp"
#include "protocol/web/multipart_head.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace troupe::web {

/// Takes the parts of a multipart body, one after the other.
class part_sink {
public:
  virtual ~part_sink() = default;

  virtual result<> begin_part(part_head head) = 0;
  virtual result<> part_data(std::string_view bytes) = 0;
  virtual result<> end_part() = 0;
};

/// Takes a body of the type `multipart/form-data` (RFC 7578) apart while it comes. It
/// keeps no more of it than the headers of one part. Lines end with CR and LF.
class multipart_reader {
public:
  /// @param boundary As the header has it. @pre `is_boundary(boundary)`
  /// @param parts Must outlive the reader.
  multipart_reader(std::string_view boundary, part_sink& parts);

  /// Takes the next bytes. Fails with `bad_request` for what is no such body, with
  /// `payload_too_large` beyond its limits, or as the sink does; nothing may be fed after
  /// that.
  result<> feed(std::string_view bytes);

  /// Fails if the body has not come to its end.
  result<> finish() const;

private:
  enum class step : uint8_t {
    /// Before the first boundary.
    preamble,
    head,
    data,
    /// Behind a boundary.
    boundary_ends,
    /// Behind it and one hyphen.
    last_boundary_ends,
    padding,
    padding_ends,
    /// Behind the last boundary: nothing that follows is part of the form.
    done,
  };

  /// Takes what is its own from the front of `bytes`.
  result<> take(std::string_view& bytes);
  /// Takes bytes of a part, or of the preamble, and the boundary behind it.
  result<> take_data(std::string_view& bytes);
  /// Takes bytes behind a beginning of the delimiter.
  result<> go_on_matching(std::string_view& bytes);
  /// The delimiter is whole.
  result<> end_data();
  result<> take_after_boundary(char c);
  result<> take_head(std::string_view& bytes);
  result<> begin_part();
  result<> pass(std::string_view bytes);

  /// A line end, two hyphens and the boundary.
  std::string delimiter_;
  part_sink& parts_;
  /// How much of the delimiter has come.
  size_t matched_;
  std::string head_;
  size_t count_ = 0;
  step step_ = step::preamble;
};

/// Returns whether `text` can be the boundary of a multipart body.
bool is_boundary(std::string_view text);

} // namespace troupe::web
