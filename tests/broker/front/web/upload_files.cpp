// Proves that the files of uploads are there for their request and no longer.
#include "broker/front/web/upload_files.hpp"

#include "tests/broker/support.hpp"

#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <fstream>
#include <iterator>

using namespace troupe::front::web;
namespace fs = std::filesystem;

namespace uploads {

std::shared_ptr<upload_folder> make(const fs::path& parent,
                                    std::optional<upload_reader> reader = {}) {
  auto made = upload_folder::make(parent, reader);
  BOOST_TEST_REQUIRE(made.has_value());
  return *made;
}

std::string content(const std::string& path) {
  std::ifstream in{path, std::ios::binary};
  return {std::istreambuf_iterator<char>{in}, {}};
}

mode_t mode_of(const fs::path& path) {
  struct stat info {};
  BOOST_TEST_REQUIRE(::stat(path.c_str(), &info) == 0);
  return info.st_mode & 0777;
}

size_t entries(const fs::path& folder) {
  return static_cast<size_t>(
      std::distance(fs::directory_iterator{folder}, fs::directory_iterator{}));
}

/// While it is there, files of this process cannot become longer.
class largest_file {
public:
  explicit largest_file(rlim_t bytes) {
    std::signal(SIGXFSZ, SIG_IGN);
    ::getrlimit(RLIMIT_FSIZE, &before_);
    rlimit now{bytes, before_.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &now);
  }
  ~largest_file() {
    ::setrlimit(RLIMIT_FSIZE, &before_);
    std::signal(SIGXFSZ, SIG_DFL);
  }
  largest_file(const largest_file&) = delete;
  largest_file& operator=(const largest_file&) = delete;

private:
  rlimit before_{};
};

/// Makes what a node leaves that was killed: a folder with a file, and no lock.
void leave_folder(const fs::path& parent, const std::string& name) {
  fs::create_directories(parent / name);
  std::ofstream{parent / name / "upload0"} << "left";
}

} // namespace uploads

BOOST_AUTO_TEST_SUITE(uploads)

BOOST_AUTO_TEST_CASE(files_are_whole_private_and_gone_with_their_request) {
  test::temporary_folder t;
  auto folder = make(t.path / "deep" / "below");
  BOOST_TEST(mode_of(folder->path()) == 0700u);
  std::string first, second;
  {
    upload_files files{folder};
    first = files.open().value();
    BOOST_TEST(files.write("hel"));
    BOOST_TEST(files.write(std::string("lo\0\xff", 4)));
    BOOST_TEST(files.close());
    second = files.open().value();
    BOOST_TEST(files.write("more"));
    // The client leaves in the middle of it.
    BOOST_TEST(fs::path{first}.is_absolute());
    BOOST_TEST(content(first) == std::string("hello\0\xff", 7));
    BOOST_TEST(mode_of(first) == 0600u);
    BOOST_TEST(first != second);
    BOOST_TEST(fs::exists(second));
  }
  BOOST_TEST(!fs::exists(first));
  BOOST_TEST(!fs::exists(second));
}

BOOST_AUTO_TEST_CASE(a_file_that_the_worker_has_moved_or_removed_is_no_trouble) {
  test::temporary_folder t;
  auto folder = make(t.path);
  auto kept = t.path / "kept";
  {
    upload_files files{folder};
    auto moved = files.open().value();
    BOOST_TEST(files.write("x"));
    BOOST_TEST(files.close());
    auto removed = files.open().value();
    BOOST_TEST(files.close());
    fs::rename(moved, kept);
    fs::remove(removed);
  }
  BOOST_TEST(content(kept.string()) == "x");
}

BOOST_AUTO_TEST_CASE(a_file_that_is_removed_is_gone_at_once) {
  test::temporary_folder t;
  auto folder = make(t.path);
  upload_files files{folder};
  auto path = files.open().value();
  BOOST_TEST(files.write("x"));
  files.remove();
  BOOST_TEST(!fs::exists(path));
  BOOST_TEST(files.open().value() != path);
}

BOOST_AUTO_TEST_CASE(the_folder_goes_with_the_last_request) {
  test::temporary_folder t;
  auto folder = make(t.path);
  auto path = folder->path();
  {
    upload_files files{folder};
    folder.reset();
    BOOST_TEST(files.open().has_value());
    BOOST_TEST(fs::exists(path));
  }
  BOOST_TEST(entries(t.path) == 0u);
}

BOOST_AUTO_TEST_CASE(folders_of_dead_nodes_are_removed_and_no_others) {
  test::temporary_folder t;
  leave_folder(t.path, "troupe-uploads-AbCdEf");
  leave_folder(t.path, "somebody-elses");
  auto living = make(t.path);
  BOOST_TEST(!fs::exists(t.path / "troupe-uploads-AbCdEf"));
  upload_files files{living};
  auto file = files.open().value();
  auto other = make(t.path);
  BOOST_TEST(fs::exists(file));
  BOOST_TEST(living->path() != other->path());
  BOOST_TEST(fs::exists(t.path / "somebody-elses" / "upload0"));
}

BOOST_AUTO_TEST_CASE(a_node_that_is_killed_leaves_nothing_to_the_next) {
  test::temporary_folder t;
  int ready[2];
  BOOST_TEST_REQUIRE(::pipe(ready) == 0);
  auto pid = ::fork();
  if (pid == 0) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    auto folder = upload_folder::make(t.path);
    upload_files files{*folder};
    auto began = files.open() && files.write("half a file");
    auto told = ::write(ready[1], began ? "y" : "n", 1);
    while (told == 1)
      ::pause();
    ::_exit(1);
  }
  char began = 'n';
  BOOST_TEST(::read(ready[0], &began, 1) == 1);
  BOOST_TEST(began == 'y');
  BOOST_TEST(make(t.path));
  BOOST_TEST(entries(t.path) == 1u);
  ::kill(pid, SIGKILL);
  ::waitpid(pid, nullptr, 0);
  auto next = make(t.path);
  BOOST_TEST(entries(t.path) == 1u);
  BOOST_TEST(entries(next->path()) == 0u);
  ::close(ready[0]);
  ::close(ready[1]);
}

BOOST_AUTO_TEST_CASE(a_link_that_looks_like_such_a_folder_is_not_followed) {
  test::temporary_folder t;
  leave_folder(t.path, "target");
  fs::create_directory_symlink(t.path / "target", t.path / "troupe-uploads-AbCdEf");
  auto folder = make(t.path);
  BOOST_TEST(fs::exists(t.path / "target" / "upload0"));
}

BOOST_AUTO_TEST_CASE(files_belong_to_the_user_of_the_worker) {
  test::temporary_folder t;
  auto folder = make(t.path, upload_reader{::getuid(), ::getgid()});
  BOOST_TEST(mode_of(folder->path()) == 0711u);
  upload_files files{folder};
  struct stat info {};
  BOOST_TEST_REQUIRE(::stat(files.open().value().c_str(), &info) == 0);
  BOOST_TEST(info.st_uid == ::getuid());
}

BOOST_AUTO_TEST_CASE(a_folder_that_cannot_be_made_is_told_of) {
  test::temporary_folder t;
  t.write("file", "");
  auto made = upload_folder::make(t.path / "file" / "below");
  BOOST_TEST_REQUIRE(!made.has_value());
  BOOST_TEST(made.error().find("file") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_folder_that_is_gone_takes_no_files) {
  test::temporary_folder t;
  auto folder = make(t.path);
  fs::remove(folder->path());
  upload_files files{folder};
  BOOST_TEST(!files.open().has_value());
}

BOOST_AUTO_TEST_CASE(a_file_for_which_there_is_no_room_is_told_of) {
  test::temporary_folder t;
  auto folder = make(t.path);
  upload_files files{folder};
  auto path = files.open().value();
  bool written = true;
  {
    largest_file limit{10};
    written = files.write(std::string(100, 'x'));
  }
  BOOST_TEST(!written);
  files.remove();
  BOOST_TEST(!fs::exists(path));
}

BOOST_AUTO_TEST_SUITE_END()
