#pragma once

#include "protocol/base/result.hpp"
#include "protocol/base/shared_bytes.hpp"

#include <string_view>

/// What an HTTP request and its answer look like inside the node.
namespace troupe::web {

/// The payload of a call of a web front (`payload_form::web`), and of each part of its
/// answer: a head as JSON text, and a body as bytes. Both look into the payload.
///
/// The head of a request is RoadRunner's context of a PSR-7 request: an object with
/// `remoteAddr`, `protocol`, `method`, `uri` (absolute), `headers` and `attributes`
/// (objects of arrays), `cookies` (an object of strings), `rawQuery`, `parsed` and
/// `uploads` (null, or a tree of files). If `parsed` is true the body is the JSON text of
/// the tree of fields; else it is the body as it came.
///
/// The first part of an answer has the head
/// `{"status":200,"headers":{"name":["value"]}}`; parts whose status is 1xx may come
/// before it. Further parts have an empty head.
struct web_frame {
  std::string_view head;
  std::string_view body;
};

/// Returns the payload that stands for a head and a body.
/// @pre Both are shorter than 4 GiB.
shared_bytes join(const web_frame& parts);

/// Takes a payload apart. Fails with `protocol_error` for bytes that `join` did not make.
result<web_frame> split(std::string_view payload);

} // namespace troupe::web
