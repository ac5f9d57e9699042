#pragma once

#include "broker/front/http/message/http_answer.hpp"
#include "broker/front/http/message/http_head.hpp"

#include <string>
#include <string_view>

namespace troupe::front::http {

/// A file of the node's own page, ready to be answered with. Its bytes outlive it.
struct page_file {
  std::string_view content_type;
  std::string_view bytes;
  /// The same in gzip; empty if it is not compressed.
  std::string_view gzipped;
  /// Of `bytes`, in quotes. `gzipped` has one of its own.
  std::string tag;
  std::string gzipped_tag;
};

/// Returns a file with its tags.
page_file make_page_file(std::string_view content_type, std::string_view bytes,
                         std::string_view gzipped);

/// What a request for a file is answered with: a head, and the bytes behind it.
struct page_answer {
  unsigned status = ok_status;
  std::string head;
  /// Part of the file.
  std::string_view body;
};

/// Returns the answer to a request: the file in the coding that the client takes, or that
/// it has this version already.
page_answer answer_with(const page_file& file, const http_fields& asked, http_form form,
                        std::string_view date);

} // namespace troupe::front::http
