#pragma once

#include <cstddef>
#include <string>
#include <string_view>

/// UTF-8 as RFC 3629 has it: no surrogates, no longer form than needed, nothing above
/// U+10FFFF.
namespace troupe {

/// Returns whether `byte` is one of a sequence, but not the first.
constexpr bool is_utf8_continuation(char byte) noexcept {
  return (static_cast<unsigned char>(byte) & 0xC0) == 0x80;
}

/// Returns the length of the valid UTF-8 sequence at the start of `text`, or 0.
/// @pre `text` is not empty.
size_t utf8_length(std::string_view text);

/// For bytes that come one by one: returns the length of the sequence that `text` begins,
/// of which some bytes may be missing, or 0 if no sequence begins so.
/// @pre `text` is not empty.
size_t begun_utf8_length(std::string_view text);

/// Returns the code point of `sequence`. @pre It is one valid UTF-8 sequence.
char32_t utf8_point(std::string_view sequence);

/// Returns whether `text` is UTF-8 as JSON wants it.
bool is_utf8(std::string_view text);

/// Appends the code point `point`. @pre It is at most U+10FFFF.
void append_utf8(std::string& out, char32_t point);

/// Returns the end of the last complete character of UTF-8 in `bytes`: what follows are
/// at most three bytes of one that is not complete.
size_t complete_utf8(std::string_view bytes);

} // namespace troupe
