#include "broker/front/web/upload_folder.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <string_view>

namespace troupe::front::web {

namespace {

using loop::unique_fd;

/// The names of all such folders begin so.
constexpr std::string_view prefix = "troupe-uploads-";

/// A folder that another user's worker reads from can be passed through, but not listed.
constexpr mode_t passable = S_IRWXU | S_IXGRP | S_IXOTH;

std::string reason(const std::filesystem::path& where, const char* what) {
  return std::string{what} + " " + where.string() + ": " + std::strerror(errno);
}

struct close_folder {
  void operator()(DIR* d) const { ::closedir(d); }
};

/// Calls `take(name)` for all that is in a folder.
template <class Take>
void for_each_name(int folder, Take take) {
  // The stream has a descriptor of its own: it moves the position, and closes it.
  auto again = ::openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (again < 0)
    return;
  std::unique_ptr<DIR, close_folder> stream{::fdopendir(again)};
  if (!stream) {
    ::close(again);
    return;
  }
  while (auto entry = ::readdir(stream.get()))
    if (std::string_view name{entry->d_name}; name != "." && name != "..")
      take(entry->d_name);
}

void remove_folder(int parent, const char* name, int folder) {
  for_each_name(folder, [&](const char* file) { ::unlinkat(folder, file, 0); });
  ::unlinkat(parent, name, AT_REMOVEDIR);
}

unique_fd open_folder(int parent, const char* name) {
  return unique_fd{
      ::openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)};
}

bool is_own(int folder) {
  struct stat info {};
  return ::fstat(folder, &info) == 0 && info.st_uid == ::geteuid();
}

/// Removes the folders of nodes that do not live any more: nobody holds their locks.
void remove_leftovers(int parent) {
  for_each_name(parent, [&](const char* name) {
    if (!std::string_view{name}.starts_with(prefix))
      return;
    auto folder = open_folder(parent, name);
    if (folder && is_own(folder.get()) && ::flock(folder.get(), LOCK_EX | LOCK_NB) == 0)
      remove_folder(parent, name, folder.get());
  });
}

/// Returns whether `path` is still this folder: another node may have taken it for one
/// of a dead node, before it was locked.
bool is_at(int folder, const std::string& path) {
  struct stat here {};
  struct stat there {};
  return ::fstat(folder, &here) == 0 && ::lstat(path.c_str(), &there) == 0
         && here.st_ino == there.st_ino && here.st_dev == there.st_dev;
}

/// Makes a folder of its own in `parent`, and locks it.
/// @param path Is set to where it is.
unique_fd make_locked(const std::filesystem::path& parent, std::string& path) {
  constexpr auto attempts = 16;
  for (auto i = 0; i < attempts; ++i) {
    std::string name{prefix};
    name += "XXXXXX";
    path = (parent / name).string();
    if (!::mkdtemp(path.data()))
      return {};
    auto folder = open_folder(AT_FDCWD, path.c_str());
    if (folder && ::flock(folder.get(), LOCK_EX | LOCK_NB) == 0
        && is_at(folder.get(), path))
      return folder;
  }
  return {};
}

} // namespace

result<std::shared_ptr<upload_folder>, std::string>
upload_folder::make(const std::filesystem::path& parent,
                    std::optional<upload_reader> reader) {
  std::error_code ec;
  auto where = std::filesystem::absolute(parent, ec);
  std::filesystem::create_directories(where, ec);
  unique_fd above{::open(where.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
  if (!above)
    return failure(reason(where, "cannot open the folder"));
  remove_leftovers(above.get());
  std::string path;
  auto folder = make_locked(where, path);
  if (!folder)
    return failure(reason(where, "cannot make a folder in"));
  if (reader && ::fchmod(folder.get(), passable) != 0)
    return failure(reason(path, "cannot open to the user of the workers:"));
  return std::shared_ptr<upload_folder>{
      new upload_folder{std::move(path), std::move(folder), reader}};
}

upload_folder::upload_folder(std::filesystem::path path, unique_fd folder,
                             std::optional<upload_reader> reader)
  : path_(std::move(path))
  , folder_(std::move(folder))
  , reader_(reader) {}

upload_folder::~upload_folder() {
  remove_folder(AT_FDCWD, path_.c_str(), folder_.get());
}

unique_fd upload_folder::make_file(std::string& name) {
  name = "upload" + std::to_string(files_.fetch_add(1, std::memory_order_relaxed));
  unique_fd file{::openat(folder_.get(), name.c_str(),
                          O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
                          S_IRUSR | S_IWUSR)};
  if (file && reader_ && ::fchown(file.get(), reader_->user, reader_->group) != 0) {
    remove_file(name);
    return {};
  }
  return file;
}

void upload_folder::remove_file(const std::string& name) {
  ::unlinkat(folder_.get(), name.c_str(), 0);
}

} // namespace troupe::front::web
