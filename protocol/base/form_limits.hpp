#pragma once

#include <cstddef>

/// The limits of forms in the bodies of web requests, with the reason for each.
namespace troupe::limits {

/// Names in one form, those within other names included, and its files. Each costs the
/// node about 200 bytes, however short it is in the request.
inline constexpr std::size_t form_names = 32 * 1024;

/// Levels of brackets in a name (`a[b][c]` has three); a field with more is dropped, as
/// PHP does. The tree has to fit into `json_depth`, with a call around it.
inline constexpr std::size_t form_depth = 48;

/// Bytes of the headers of one part of a multipart body.
inline constexpr std::size_t multipart_head = 8 * 1024;

/// Parts of a multipart body. Each file costs the node several system calls.
inline constexpr std::size_t multipart_parts = 1000;

/// Characters of a boundary (RFC 2046).
inline constexpr std::size_t multipart_boundary = 70;

} // namespace troupe::limits
