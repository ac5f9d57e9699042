#include "broker/front/web/upload_files.hpp"

#include <unistd.h>

#include <cerrno>

namespace troupe::front::web {

upload_files::upload_files(std::shared_ptr<upload_folder> folder)
  : folder_(std::move(folder)) {}

upload_files::~upload_files() {
  for (auto& name : names_)
    folder_->remove_file(name);
}

std::optional<std::string> upload_files::open() {
  std::string name;
  current_ = folder_->make_file(name);
  if (!current_)
    return {};
  auto path = (folder_->path() / name).string();
  names_.push_back(std::move(name));
  return path;
}

bool upload_files::write(std::string_view bytes) {
  while (!bytes.empty()) {
    auto written = ::write(current_.get(), bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR)
      continue;
    if (written <= 0)
      return false;
    bytes.remove_prefix(static_cast<size_t>(written));
  }
  return true;
}

bool upload_files::close() {
  return ::close(current_.release()) == 0;
}

void upload_files::remove() {
  current_.reset();
  folder_->remove_file(names_.back());
  names_.pop_back();
}

} // namespace troupe::front::web
