#pragma once

#include "protocol/base/result.hpp"
#include "protocol/web/upload_sink.hpp"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace troupe::web {

/// What a front says about the bodies of its requests.
struct body_terms {
  /// Bodies of forms pass as they came.
  bool raw = false;
  /// Endings of the names of files, such as `.jpg`, in lower case; empty: all that are
  /// not forbidden.
  std::vector<std::string> allow = {};
  std::vector<std::string> forbid = {};
};

/// The body of a request, as a worker gets it.
struct parsed_body {
  /// It was a form.
  bool parsed = false;
  /// The JSON text of the tree of its fields if it was a form; else the body as it came.
  std::string body;
  /// The JSON text of the tree of its files; `null` if it was no form with files.
  std::string uploads_json = "null";
};

class body_content;

/// Reads the body of one request while it comes. Urlencoded forms and multipart ones
/// become trees of fields, files go to a sink, and everything else is kept as it is.
/// Whoever feeds it has bounded the bytes.
class body_reader {
public:
  /// @param method A request by HEAD or OPTIONS has no body for a worker: what comes is
  /// dropped.
  /// @param content_type The header of the request; empty if there is none.
  /// @param terms Must outlive the reader.
  /// @param files Must outlive the reader.
  body_reader(std::string_view method, std::string_view content_type,
              const body_terms& terms, upload_sink& files);
  body_reader(body_reader&&) noexcept;
  body_reader& operator=(body_reader&&) noexcept;
  ~body_reader();

  /// Takes the next bytes of the body. Fails with `bad_request` if they are no form, and
  /// with `payload_too_large` if a form has too many fields; then the request is over.
  result<> feed(std::string_view bytes);

  /// Returns all of it, once the last byte was fed. Fails as `feed` does.
  result<parsed_body> finish();

private:
  std::unique_ptr<body_content> content_;
};

} // namespace troupe::web
