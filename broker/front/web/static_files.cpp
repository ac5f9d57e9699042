#include "broker/front/web/static_files.hpp"

#include "actors/os/open_beneath.hpp"
#include "protocol/web/byte_range.hpp"
#include "protocol/web/conditions.hpp"
#include "protocol/web/http_date.hpp"
#include "protocol/web/http_text.hpp"
#include "protocol/web/media_type.hpp"
#include "protocol/web/percent.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>

namespace troupe::front::web {

namespace {

/// The one name with a dot that is for everybody (RFC 8615).
constexpr std::string_view well_known = ".well-known";

constexpr std::string_view escaped_slash = "%2f";

bool is_name(std::string_view step, bool is_first) {
  if (step.starts_with('.'))
    return is_first && step == well_known;
  return !step.empty() && troupe::web::is_field_value(step)
         && step.find('\t') == step.npos;
}

/// Returns the path of a file that a target asks for, relative to the folder; nothing if
/// none can be there.
std::optional<std::string> path_in(std::string_view target) {
  target = target.substr(0, target.find_first_of("?#"));
  if (!target.starts_with('/')
      || troupe::web::in_lower_case(target).find(escaped_slash) != std::string::npos)
    return {};
  auto path = troupe::web::percent_decode(target.substr(1));
  if (!path)
    return {};
  for (size_t at = 0; at <= path->size();) {
    auto step = std::string_view{*path}.substr(at);
    step = step.substr(0, step.find('/'));
    if (!is_name(step, at == 0))
      return {};
    at += step.size() + 1;
  }
  return path;
}

std::string ending_of(std::string_view path) {
  auto name = path.substr(path.rfind('/') + 1);
  auto dot = name.rfind('.');
  return dot == name.npos ? std::string{} : troupe::web::in_lower_case(name.substr(dot));
}

loop::unique_fd open_folder(const std::filesystem::path& folder) {
  return loop::unique_fd{::open(folder.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC)};
}

/// Returns a tag that changes when the content does: the time of the last change, to the
/// nanosecond, and the size.
std::string tag_of(const struct stat& info) {
  std::array<char, 80> out{};
  auto length = std::snprintf(out.data(), out.size(), "\"%llx.%lx-%llx\"",
                              static_cast<unsigned long long>(info.st_mtim.tv_sec),
                              static_cast<unsigned long>(info.st_mtim.tv_nsec),
                              static_cast<unsigned long long>(info.st_size));
  return {out.data(), static_cast<size_t>(length)};
}

/// Cuts the part from the answer that a `Range` header asks for.
void take_range(std::string_view range, uint64_t size, file_answer& out) {
  auto asked = troupe::web::read_range(range, size);
  if (!asked)
    return;
  auto of_size = "/" + std::to_string(size);
  auto part = std::get_if<troupe::web::byte_range>(&*asked);
  if (!part) {
    out.status = 416;
    out.length = 0;
    out.headers = {{"Content-Range", "bytes *" + of_size}};
    return;
  }
  out.status = 206;
  out.offset = part->offset;
  out.length = part->length;
  out.headers.emplace_back(
      "Content-Range", "bytes " + std::to_string(part->offset) + "-"
                           + std::to_string(part->offset + part->length - 1) + of_size);
}

} // namespace

result<static_files, std::string> static_files::open(const std::filesystem::path& folder,
                                                     std::vector<std::string> forbid) {
  if (!open_folder(folder))
    return failure("cannot open the folder " + folder.string() + ": "
                   + std::strerror(errno));
  return static_files{folder, std::move(forbid)};
}

static_files::static_files(std::filesystem::path folder, std::vector<std::string> forbid)
  : folder_(std::move(folder))
  , forbid_(std::move(forbid)) {}

std::optional<file_answer> static_files::find(const file_request& request) const {
  if (request.method != "GET" && request.method != "HEAD")
    return {};
  auto path = path_in(request.target);
  if (!path
      || std::find(forbid_.begin(), forbid_.end(), ending_of(*path)) != forbid_.end())
    return {};
  auto folder = open_folder(folder_);
  auto file = folder ? os::open_beneath(folder.get(), path->c_str()) : loop::unique_fd{};
  struct stat info {};
  if (!file || ::fstat(file.get(), &info) != 0)
    return {};
  return answer(request, *path, info, std::move(file));
}

file_answer static_files::answer(const file_request& request, std::string_view path,
                                 const struct stat& info, loop::unique_fd file) {
  auto tag = tag_of(info);
  troupe::web::file_version version{tag, info.st_mtim.tv_sec};
  troupe::web::request_conditions asked{.if_match = request.if_match,
                                        .if_none_match = request.if_none_match,
                                        .if_modified_since = request.if_modified_since,
                                        .if_unmodified_since =
                                            request.if_unmodified_since,
                                        .if_range = request.if_range};
  auto size = static_cast<uint64_t>(info.st_size);
  file_answer out;
  auto conditions = troupe::web::evaluate(asked, version);
  if (conditions == troupe::web::condition_result::failed) {
    out.status = 412;
    return out;
  }
  out.headers = {{"ETag", tag},
                 {"Last-Modified", troupe::web::http_date(version.modified)}};
  if (conditions == troupe::web::condition_result::not_modified) {
    out.status = 304;
    return out;
  }
  out.headers.emplace_back("Content-Type", troupe::web::media_type_of(path));
  out.headers.emplace_back("Accept-Ranges", "bytes");
  out.length = size;
  if (request.method == "GET" && troupe::web::allows_range(asked, version))
    take_range(request.range, size, out);
  if (request.method == "GET" && out.length > 0)
    out.file = std::move(file);
  return out;
}

} // namespace troupe::front::web
