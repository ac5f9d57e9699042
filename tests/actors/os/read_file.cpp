#include "actors/os/read_file.hpp"
#include "actors/os/detached_processes.hpp"
#include "actors/os/process_tree.hpp"
#include "tests/actors/os/support_process.hpp"

#include <algorithm>
#include <fstream>

using namespace troupe;
using namespace troupe::os;
using namespace troupe::testing;

BOOST_AUTO_TEST_SUITE(reading_files)

BOOST_AUTO_TEST_CASE(a_file_is_read_as_a_whole) {
  temporary_folder folder;
  auto path = folder.path / "file";
  std::string content(10'000, 'x');
  std::ofstream{path} << content;
  BOOST_TEST(read_file(path) == content);
}

BOOST_AUTO_TEST_CASE(what_can_be_opened_and_not_read_is_empty) {
  // As a file of /proc is whose process ends between the two.
  temporary_folder folder;
  BOOST_TEST(read_file(folder.path) == "");
  BOOST_TEST(read_file(folder.path / "none") == "");
}

BOOST_AUTO_TEST_CASE(a_folder_is_listed_and_one_that_is_gone_is_empty) {
  temporary_folder folder;
  std::ofstream{folder.path / "b"};
  std::ofstream{folder.path / "a"};
  auto names = list_folder(folder.path);
  std::sort(names.begin(), names.end());
  BOOST_TEST(names == (std::vector<std::string>{"a", "b"}),
             boost::test_tools::per_element());
  BOOST_TEST(list_folder(folder.path / "none").empty());
}

BOOST_AUTO_TEST_CASE(a_process_that_is_gone_is_no_error) {
  auto pid = ::fork();
  if (pid == 0)
    ::_exit(0);
  reap(pid);
  BOOST_TEST(!start_time(pid).has_value());
  BOOST_TEST(read_tree_usage(pid).memory == 0u);
  BOOST_TEST(start_time(::getpid()).has_value());
  BOOST_TEST(read_tree_usage(::getpid()).memory > 0u);
}

BOOST_AUTO_TEST_SUITE_END()
