#include "protocol/web/media_type.hpp"

#include "protocol/web/http_text.hpp"

#include <algorithm>
#include <array>

namespace troupe::web {

namespace {

struct known_ending {
  std::string_view ending;
  std::string_view type;
};

/// In the order of the endings.
constexpr std::array<known_ending, 57> known{{
    {"7z", "application/x-7z-compressed"},
    {"aac", "audio/aac"},
    {"apng", "image/apng"},
    {"atom", "application/atom+xml"},
    {"avif", "image/avif"},
    {"bmp", "image/bmp"},
    {"bz2", "application/x-bzip2"},
    {"css", "text/css; charset=utf-8"},
    {"csv", "text/csv; charset=utf-8"},
    {"doc", "application/msword"},
    {"docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"},
    {"eot", "application/vnd.ms-fontobject"},
    {"epub", "application/epub+zip"},
    {"flac", "audio/flac"},
    {"gif", "image/gif"},
    {"gz", "application/gzip"},
    {"htm", "text/html; charset=utf-8"},
    {"html", "text/html; charset=utf-8"},
    {"ico", "image/x-icon"},
    {"ics", "text/calendar; charset=utf-8"},
    {"jpeg", "image/jpeg"},
    {"jpg", "image/jpeg"},
    {"js", "text/javascript; charset=utf-8"},
    {"json", "application/json"},
    {"jsonld", "application/ld+json"},
    {"m4a", "audio/mp4"},
    {"map", "application/json"},
    {"md", "text/markdown; charset=utf-8"},
    {"mjs", "text/javascript; charset=utf-8"},
    {"mov", "video/quicktime"},
    {"mp3", "audio/mpeg"},
    {"mp4", "video/mp4"},
    {"oga", "audio/ogg"},
    {"ogg", "audio/ogg"},
    {"ogv", "video/ogg"},
    {"opus", "audio/ogg"},
    {"otf", "font/otf"},
    {"pdf", "application/pdf"},
    {"png", "image/png"},
    {"rss", "application/rss+xml"},
    {"rtf", "application/rtf"},
    {"svg", "image/svg+xml"},
    {"tar", "application/x-tar"},
    {"tif", "image/tiff"},
    {"tiff", "image/tiff"},
    {"ttf", "font/ttf"},
    {"txt", "text/plain; charset=utf-8"},
    {"wasm", "application/wasm"},
    {"wav", "audio/wav"},
    {"webm", "video/webm"},
    {"webmanifest", "application/manifest+json"},
    {"webp", "image/webp"},
    {"woff", "font/woff"},
    {"woff2", "font/woff2"},
    {"xml", "text/xml; charset=utf-8"},
    {"yaml", "application/yaml"},
    {"zip", "application/zip"},
}};

static_assert(std::is_sorted(known.begin(), known.end(),
                             [](auto& a, auto& b) { return a.ending < b.ending; }));

} // namespace

std::string_view media_type_of(std::string_view file_name) {
  auto dot = file_name.rfind('.');
  auto ending = in_lower_case(file_name.substr(dot == file_name.npos ? 0 : dot + 1));
  auto found = std::lower_bound(
      known.begin(), known.end(), ending,
      [](const known_ending& k, const std::string& e) { return k.ending < e; });
  auto is_known =
      dot != file_name.npos && found != known.end() && found->ending == ending;
  return is_known ? found->type : "application/octet-stream";
}

} // namespace troupe::web
